/** Parse and format what people write: sizes (`16GiB`), durations (`60s`), CPU lists (`0-3,8`). Pure. */

const KIB = 1024;
const byteFactors: Readonly<Record<string, number>> = {
  B: 1,
  KiB: KIB,
  MiB: KIB ** 2,
  GiB: KIB ** 3,
  TiB: KIB ** 4,
};

/**
 * Parses a size: a whole or decimal number and one of `B KiB MiB GiB TiB`. The short forms `K M G T` and `k m g t` mean the same
 * powers of 1024, as in QEMU. A bare number is refused: its unit would be a guess.
 * @returns bytes, or undefined if the text is no size or does not come to a whole, safe number of bytes.
 */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(B|[KMGT]iB|[KMGTkmgt])$/.exec(text.trim());
  if (!match) return undefined;
  const [, amount = '', unit = ''] = match;
  const name = unit === 'B' || unit.length > 1 ? unit : `${unit.toUpperCase()}iB`;
  const bytes = Number(amount) * (byteFactors[name] ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Formats bytes with the largest unit that divides them evenly: `1536MiB`, `16GiB`. `parseBytes` gives the same bytes back. */
export function formatBytes(bytes: number): string {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB']) {
    const factor = byteFactors[unit] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return `${bytes}B`;
}

/** Formats bytes for people, with one digit behind the point: `62.8GiB`, `512MiB`. */
export function formatRoughBytes(bytes: number): string {
  const unit = ['TiB', 'GiB', 'MiB', 'KiB'].find((name) => bytes >= (byteFactors[name] ?? 1)) ?? 'B';
  return `${Math.round((bytes / (byteFactors[unit] ?? 1)) * 10) / 10}${unit}`;
}

const secondsPerUnit: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Parses a duration: `500ms`, `60s`, `5m`, `1h`. @returns seconds, or undefined if the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text.trim());
  return match ? Number(match[1]) * (secondsPerUnit[match[2] ?? ''] ?? Number.NaN) : undefined;
}

/** Formats seconds for people: `45s`, `3m 20s`, `2h 5m`, `12d 4h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ');
}

/** No Linux machine has a higher CPU number (CONFIG_NR_CPUS is at most 8192); a list beyond it is a slip of the pen. */
const HIGHEST_CPU = 8191;

/**
 * Parses a CPU list in the kernel's own notation (`0-3,8`), as in cpusets and `isolcpus=`.
 * @returns the numbers in the order written, without repeats, or undefined if the text is no list. The empty text is the empty list.
 */
export function parseCpuList(text: string): number[] | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const cpus: number[] = [];
  for (const part of trimmed.split(',')) {
    const match = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part);
    if (!match) return undefined;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first || last > HIGHEST_CPU) return undefined;
    // More than twice every CPU there can be: a bound on the time that a long text takes.
    if (cpus.length + last - first > 2 * HIGHEST_CPU) return undefined;
    for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  }
  return trimmed.includes(',') ? [...new Set(cpus)] : cpus;
}

/** Formats CPU numbers as the kernel does: sorted, neighbours joined (`0-3,8`). */
export function formatCpuList(cpus: Iterable<number>): string {
  const sorted = [...new Set(cpus)].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (sorted[end + 1] === (sorted[end] ?? Number.NaN) + 1) end++;
    ranges.push(start === end ? `${sorted[start]}` : `${sorted[start]}-${sorted[end]}`);
    start = end + 1;
  }
  return ranges.join(',');
}

/** CPUs as a mask of the kernel: 32-bit words in hexadecimal, the highest first, as in `f,00000001`. */
export function formatCpuMask(cpus: readonly number[]): string {
  const mask = cpus.reduce((bits, cpu) => bits | (1n << BigInt(cpu)), 0n);
  const digits = mask.toString(16);
  return digits.replace(/(?<=.)(?=(.{8})+$)/g, ',');
}
