/** What a network may be called. Pure, and light: the completion of shells asks for it. */

/** The bridge is called as the network is: IFNAMSIZ leaves 15 characters. A letter comes first, because nft asks for one. */
export const networkNamePattern = /^[A-Za-z][A-Za-z0-9_-]{0,14}$/;
export const networkNameWords = '1 to 15 letters, digits, "_", "-", beginning with a letter';
