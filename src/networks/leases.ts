/** The file in which dnsmasq(8) keeps whom it gave which address. Pure. */

export interface Lease {
  readonly address: string;
  readonly mac: string;
  /** As the guest calls itself; null: it said nothing. */
  readonly hostname: string | null;
  /** Seconds since 1970; null: it never ends. */
  readonly expires: number | null;
}

/** @param text lines of `EXPIRES MAC ADDRESS NAME CLIENT-ID`; others, of IPv6, are passed over. */
export function parseLeases(text: string): Lease[] {
  return text.split('\n').flatMap((line) => {
    const [, expires, mac, address, hostname] =
      /^(\d+) ([0-9a-f]{2}(?::[0-9a-f]{2}){5}) (\d+(?:\.\d+){3}) (\S+) \S+$/.exec(line) ?? [];
    if (mac === undefined || address === undefined) return [];
    const end = Number(expires);
    return [
      {
        address,
        mac,
        hostname: hostname === undefined || hostname === '*' ? null : hostname,
        expires: end === 0 ? null : end,
      },
    ];
  });
}
