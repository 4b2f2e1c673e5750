/** Whether it is an error of the system with one of these codes (`ENOENT`). */
export function hasCode(thrown: unknown, ...codes: readonly string[]): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'code' in thrown && codes.some((code) => code === thrown.code);
}
