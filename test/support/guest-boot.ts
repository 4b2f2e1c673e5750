/** Brings guests of scripts/guest up for tests that look into them. */
import { expect } from 'vitest';
import type { TestHome } from './cli.js';
import { GuestConsole } from './guest-console.js';
import { guestReady, guestSpec } from './specs.js';

/** The kernel and initramfs of guestSpec, for specs that say more under `boot`. */
export function guestKernel(words = ''): object {
  const { boot } = guestSpec() as { boot: { cmdline: string } };
  return { ...boot, cmdline: `${boot.cmdline} ${words}`.trim() };
}

/** Brings a VM up until its guest is ready, and opens its console. */
export async function bootGuest(home: TestHome, name: string, spec: object): Promise<GuestConsole> {
  const up = await home.vm('up', home.spec(name, spec), '--wait', guestReady, '--timeout', '90s');
  expect({ code: up.code, stderr: up.code === 0 ? '' : up.stderr }).toEqual({ code: 0, stderr: '' });
  return openConsole(home, name);
}

export async function openConsole(home: TestHome, name: string): Promise<GuestConsole> {
  const { sockets } = await home.json<{ sockets: { serial: string[] } }>('status', name);
  return GuestConsole.open(sockets.serial[0] ?? '');
}
