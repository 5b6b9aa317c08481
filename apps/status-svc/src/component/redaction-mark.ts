/** Stands in a definition where a secret is left out: fits in an address, and is long enough for a token. */
export const redactionMark = '****redacted****'
