/** IPv4 addresses as numbers. Pure. */

/** A network: its first and its last address, and how many bits they share. */
export interface Subnet {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** @param address one that is known to be right. */
export function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function toAddress(number: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join('.');
}

/** @param cidr such as `10.77.0.1/24`: any address of the network. */
export function subnetOf(cidr: string): Subnet {
  const [address = '', prefix = ''] = cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  const first = toNumber(address) - (toNumber(address) % size);
  return { first, last: first + size - 1, prefix: Number(prefix) };
}

/** `10.77.0.0/24` */
export function formatSubnet({ first, prefix }: Subnet): string {
  return `${toAddress(first)}/${prefix}`;
}

export function netmask({ first, last }: Subnet): string {
  return toAddress(2 ** 32 - (last - first + 1));
}

/** Whether the two have an address in common. */
export function overlap(a: Subnet, b: Subnet): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The addresses that hosts of the network can have: neither its own nor that of its broadcasts. */
export function isHostAddress(address: number, { first, last }: Subnet): boolean {
  return address > first && address < last;
}
