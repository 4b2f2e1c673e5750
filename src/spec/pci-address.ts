/** Addresses of PCI functions, as `lspci -D` shows them. Pure. */

export const pciAddressPattern = /^([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[01][0-9a-fA-F]\.[0-7]$/;

/** `65:00.0` is `0000:65:00.0`. @returns undefined for anything else. */
export function parsePciAddress(text: string): string | undefined {
  if (!pciAddressPattern.test(text)) return undefined;
  return (text.length === 7 ? `0000:${text}` : text).toLowerCase();
}
