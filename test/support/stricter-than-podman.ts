/** A signature that podman accepts and imgcheck does not: its name, what each says, and why. */
export type Stricter = readonly [
  /** A case of the collected signatures, or one that real gpg makes in test/system/simple-signing.test.ts. */
  name: string,
  podman: string,
  imgcheck: 'invalid' | 'untrusted' | 'unsupported',
  reason: string,
];

const nothingBeside = 'a signed message has nothing beside it: nobody signed it';
const unreadKey = 'the OpenPGP library of imgcheck does not read keys on this curve';

/** All of them, as docs/signatures.md tells users. */
export const stricterThanPodman: readonly Stricter[] = [
  ['ascii-armored', 'accepts', 'invalid', 'containers-signature(5) rules out ASCII armor'],
  ['cleartext-signed', 'accepts', 'invalid', 'containers-signature(5) rules out cleartext signatures'],
  ['signature-from-the-future', 'accepts', 'invalid', 'more than a day ahead is no clock that drifts'],
  ['marker-before-the-message', 'accepts', 'invalid', nothingBeside],
  ['comment-after-the-message', 'accepts', 'invalid', nothingBeside],
  ['data-after-compressed-data', 'accepts', 'invalid', nothingBeside],
  ['message-of-2-mib', 'accepts up to 4 MiB', 'invalid', 'more than 1 MiB: a real one has a few hundred bytes'],
  ['compressed-three-times', 'accepts', 'invalid', 'only a bomb is; once is usual, twice is read'],
  ['two-bzip2-streams', 'accepts', 'invalid', 'a megabyte of empty streams takes a decoder many seconds'],
  ['payload-not-utf-8', 'accepts', 'invalid', 'two readers could see two texts in it'],
  ['payload-nested-70-deep', 'accepts', 'invalid', 'no JSON that imgcheck reads may be nested more than 64 deep'],
  ['key-brainpool', 'accepts', 'unsupported', unreadKey],
  ['key-secp256k1', 'accepts', 'unsupported', unreadKey],
  ['key-rsa-768', 'accepts', 'untrusted', 'RSA and DSA keys of less than 1024 bits can be broken by anyone'],
];
