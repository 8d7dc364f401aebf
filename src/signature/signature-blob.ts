import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import { decodeBase64 } from '../openpgp/armor.js';

/** What a file `signature-N` of a `dir:` image or a lookaside store holds; nothing in it is believed. */
export type SignatureBlob =
  | { readonly kind: 'simple-signing'; readonly blob: Uint8Array }
  | {
      readonly kind: 'cosign';
      readonly payload: Uint8Array;
      readonly annotations: Readonly<Record<string, string>>;
      readonly mediaType: string;
    };

/** As much as containers/image reads. */
const blobLimit = 4 * 1024 * 1024;
const longestName = 32;
const lineFeed = 0x0a;

/** Packets that a signed message begins with, whatever the form of their head: signature, one-pass signature, compressed. */
const messageTags: ReadonlySet<number> = new Set([2, 4, 8]);

/**
 * Tells the kinds of signature files apart, as containers/image does: zero, a name and a line feed, then what the
 * name says; or an OpenPGP message as it is.
 * @throws ImgcheckError hostile for anything else, or more than 4 MiB; unsupported for a name of another kind
 */
export function readSignatureBlob(bytes: Uint8Array): SignatureBlob {
  if (bytes.byteLength > blobLimit) {
    throw fault(`expected a signature of at most ${blobLimit} bytes, got ${bytes.byteLength}`);
  }
  const [first] = bytes;
  if (first === undefined) throw fault('expected a signature, got an empty file');
  if (first === 0) return readNamed(bytes);
  if (!messageTags.has(tagOf(first))) throw fault(`expected a signed OpenPGP message, got byte ${first}`);
  return { kind: 'simple-signing', blob: bytes };
}

/** The type of packet that begins with this byte (RFC 9580, section 4.2); 0, which no packet has, for none. */
function tagOf(first: number): number {
  if ((first & 0x80) === 0) return 0;
  return (first & 0x40) === 0 ? (first >> 2) & 0xf : first & 0x3f;
}

function readNamed(bytes: Uint8Array): SignatureBlob {
  const end = bytes.subarray(0, longestName).indexOf(lineFeed);
  if (end < 0) throw fault('expected the name of a kind of signature and a line feed after byte 0');
  const name = new TextDecoder('latin1').decode(bytes.subarray(1, end));
  const body = bytes.subarray(end + 1);
  switch (name) {
    case 'simple-signing':
      return { kind: 'simple-signing', blob: body };
    case 'sigstore-json':
      return readSigstore(body);
    default:
      throw new ImgcheckError(
        'unsupported',
        `expected a signature of kind simple-signing or sigstore-json, got ${name}`,
      );
  }
}

function readSigstore(body: Uint8Array): SignatureBlob {
  const fields = new Fields(parseJson(body, 'signature'), 'signature');
  return {
    kind: 'cosign',
    mediaType: fields.string('mimeType'),
    payload: decodeBase64(fields.string('payload'), 'signature.payload'),
    annotations: fields.strings('annotations'),
  };
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
