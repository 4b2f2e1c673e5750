/** The file of a network: what may be written in it. Pure. */
import * as z from 'zod';
import { duration, interfaceName, macAddress, vmName } from '../spec/scalars.js';
import { networkNamePattern, networkNameWords } from './name.js';

const address4 = z.ipv4({ error: 'is no IPv4 address: write it as 10.77.0.10' });
const dnsName = z
  .string()
  .regex(
    /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/,
    'is no name of a host or a domain',
  );

const host = z.strictObject({
  vm: vmName.optional().meta({
    description:
      'a VM of that name: its first card, with the MAC address that it has where its spec says none',
  }),
  mac: macAddress.optional().meta({ description: 'instead of vm: the MAC address of the card' }),
  address: address4.meta({ description: 'the address that it always gets' }),
  name: dnsName
    .optional()
    .meta({ description: "its name in the network's DNS; default: the name that the guest says it has" }),
});

const tap = z.strictObject({
  device: interfaceName.meta({ description: 'what it is called, such as tap0' }),
  user: z
    .union([
      z.int().min(1).max(4_294_967_294),
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/, 'is no user: write a name, or a number from 1'),
    ])
    .meta({ description: 'the user who may open it, besides root: a name, or a number' }),
  multiQueue: z
    .boolean()
    .default(false)
    .meta({ description: 'cards with several queues open it, and such cards alone (IFF_MULTI_QUEUE)' }),
});

export const networkSchema = z.strictObject({
  name: z
    .string()
    .regex(networkNamePattern, `is no name of a network: ${networkNameWords}`)
    .meta({ description: "of the network and of its bridge; default: the file's name" }),
  mode: z.enum(['nat', 'routed', 'isolated']).default('nat').meta({
    description:
      "nat: guests reach the outside with the host's address, and are not reached from there; routed: forwarded as it is, both ways; isolated: guests reach each other and the host alone",
  }),
  address: z
    .cidrv4({ error: 'is no IPv4 address with its prefix: write it as 10.77.0.1/24' })
    .meta({ description: "the host's address on the bridge, with the prefix of the network: 10.77.0.1/24" }),
  address6: z
    .cidrv6({ error: 'is no IPv6 address with its prefix: write it as fd77::1/64' })
    .optional()
    .meta({
      description: 'the same in IPv6, a /64: guests make their own address of it; default: no IPv6',
    }),
  mtu: z
    .int()
    .min(576, 'must be at least 576')
    .max(65_535, 'must be at most 65535')
    .optional()
    .meta({ description: 'bytes of the largest packet, which guests are told; default: 1500' }),
  dhcp: z
    .strictObject({
      enabled: z.boolean().default(true).meta({ description: 'whether guests get their addresses by DHCP' }),
      range: z
        .string()
        .regex(/^[0-9.]{7,15}-[0-9.]{7,15}$/, 'is no range: write it as "10.77.0.100-10.77.0.200"')
        .refine(
          (range) => range.split('-').every((address) => address4.safeParse(address).success),
          'is no range of addresses: write it as "10.77.0.100-10.77.0.200"',
        )
        .optional()
        .meta({
          description:
            "the addresses that are given; default: all above the host's, or all below if those are more",
        }),
      leaseTime: duration
        .refine((seconds) => seconds >= 120, 'must be at least 2m')
        .prefault('1h')
        .meta({ description: 'how long a guest may keep its address before it asks again' }),
    })
    .prefault({})
    .meta({ description: 'dnsmasq(8) answers on the bridge' }),
  hosts: z
    .array(host)
    .max(1024, 'is too long: at most 1024 hosts')
    .default([])
    .meta({ description: 'who always gets the same address' }),
  taps: z.array(tap).max(256, 'is too long: at most 256 taps').default([]).meta({
    description: 'for the VMs of users, who may make none: a spec names one as {type: tap, device}',
  }),
  domain: dnsName
    .optional()
    .meta({ description: 'in which the DNS of the network names its guests; default: none' }),
});

export type NetworkDefinition = z.output<typeof networkSchema>;
export type NetworkTap = NetworkDefinition['taps'][number];
export type NetworkHost = NetworkDefinition['hosts'][number];
