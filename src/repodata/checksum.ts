/** The algorithms of repository metadata; `sha` is the old name of sha1. */
const algorithms = {
  sha: 'sha1',
  sha1: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
};
const hexDigits = { sha1: 40, sha224: 56, sha256: 64, sha384: 96, sha512: 128 } as const;

export type ChecksumAlgorithm = keyof typeof hexDigits;

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Lower case. */
  readonly hex: string;
}

/** The checksum that a type and its text are; undefined for another algorithm, and for what is no checksum of it. */
export function parseChecksum(type: string | undefined, text: string): Checksum | undefined {
  if (type === undefined || !Object.hasOwn(algorithms, type)) return undefined;
  const algorithm = algorithms[type as keyof typeof algorithms] as ChecksumAlgorithm;
  const hex = text.toLowerCase();
  return hex.length === hexDigits[algorithm] && /^[0-9a-f]+$/.test(hex) ? { algorithm, hex } : undefined;
}

/** `sha256:...`. */
export function formatChecksum({ algorithm, hex }: Checksum): string {
  return `${algorithm}:${hex}`;
}
