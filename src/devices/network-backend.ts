/** Where a card leads, decided: one of these a network. Pure types. */
import type { MacvtapPlan, TapPlan } from '../plan/tap.js';
import type { PortForward } from './port-forward.js';

/** In the words of `-netdev`, besides type and id. */
export type NetdevProperties = { readonly [key: string]: NetdevValue };
type NetdevValue = string | number | boolean | readonly NetdevValue[] | NetdevProperties;

interface Queues {
  readonly queues: number;
}

export type NetworkBackend =
  | {
      readonly type: 'user';
      readonly forwards: readonly PortForward[];
      readonly properties: NetdevProperties;
    }
  | ({
      readonly type: 'tap';
      readonly device: string;
      readonly vhost: boolean;
      readonly sendBuffer: number | null;
      readonly make: TapPlan | null;
    } & Queues)
  | ({
      readonly type: 'macvtap';
      readonly vhost: boolean;
      readonly sendBuffer: number | null;
      readonly make: MacvtapPlan;
    } & Queues)
  | { readonly type: 'bridgeHelper'; readonly bridge: string }
  | ({
      readonly type: 'vhost-user';
      readonly socket: string;
      readonly server: boolean;
      /** In the words of this QEMU's `-chardev`; empty: it does not connect again. */
      readonly reconnect: Readonly<Record<string, number>>;
    } & Queues)
  | ({ readonly type: 'vhost-vdpa'; readonly device: string } & Queues)
  | { readonly type: 'passt'; readonly socket: string }
  | {
      readonly type: 'socket';
      readonly driver: 'stream' | 'dgram' | 'socket';
      readonly what: string;
      readonly properties: NetdevProperties;
    }
  | { readonly type: 'none' };

/** How many queue pairs the card gets. */
export function queuesOf(backend: NetworkBackend): number {
  return 'queues' in backend ? backend.queues : 1;
}
