/** The language of resctrl's `schemata`: `L3:0=ff;1=f0`. Pure. Kernel: Documentation/arch/x86/resctrl.rst. */

/** A value for each domain (the kernel's cache id) of each resource: a mask of ways, or a bandwidth. */
export type Schemata = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Masks are hexadecimal, bandwidths decimal. */
export function isBandwidth(resource: string): boolean {
  return resource === 'MB' || resource === 'SMBA';
}

/** What is no line of that form is left out: newer kernels may have more to say. */
export function parseSchemata(text: string): Schemata {
  const schemata = new Map<string, Map<number, number>>();
  for (const line of text.split('\n')) {
    const [, resource, rest] = /^\s*(\w+):(.*)$/.exec(line) ?? [];
    if (resource === undefined || rest === undefined) continue;
    const base = isBandwidth(resource) ? 10 : 16;
    const domains = rest
      .split(';')
      .map((part) => part.trim().split('='))
      .map(([domain, value]) => [Number(domain), Number.parseInt(value ?? '', base)] as const)
      .filter((pair) => pair.every(Number.isSafeInteger));
    schemata.set(resource, new Map(domains));
  }
  return schemata;
}

/** A line for each resource, domains in order. */
export function formatSchemata(schemata: Schemata): string[] {
  return [...schemata].map(([resource, domains]) => {
    const base = isBandwidth(resource) ? 10 : 16;
    const values = [...domains].sort(([a], [b]) => a - b);
    return `${resource}:${values.map(([domain, value]) => `${domain}=${value.toString(base)}`).join(';')}`;
  });
}
