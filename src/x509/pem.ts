import { ImgcheckError } from '../core/error.js';
import { decodeBase64 } from '../openpgp/armor.js';

export interface PemBlock {
  /** What its first line says, as `PUBLIC KEY`. */
  readonly label: string;
  readonly bytes: Uint8Array;
}

export interface PemText {
  readonly blocks: readonly PemBlock[];
  /** Whether anything but white space stands outside the blocks. */
  readonly stray: boolean;
}

const edge = /^-----(BEGIN|END) ([A-Z0-9 ]{1,64})-----[ \t]*$/;

/**
 * Reads the PEM blocks of a text (RFC 7468), at most `limit`.
 * @throws ImgcheckError hostile for more, for a block that does not end, has headers, or is not base64
 */
export function readPem(text: string, what: string, limit = 100): PemText {
  const blocks: PemBlock[] = [];
  let stray = false;
  let open: { readonly label: string; readonly lines: string[] } | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, side, label = ''] = edge.exec(line) ?? [];
    if (side === undefined) {
      if (open) open.lines.push(line.trim());
      else stray ||= line.trim() !== '';
    } else if (side === 'BEGIN' && !open) {
      if (blocks.length >= limit) throw fault(`${what} has more than ${limit} PEM blocks`);
      open = { label, lines: [] };
    } else if (side === 'END' && open?.label === label) {
      blocks.push({ label, bytes: decodeBase64(open.lines.join(''), `${what}, block ${blocks.length + 1}`) });
      open = undefined;
    } else {
      throw fault(`${what} has a line ${side} ${label} out of place`);
    }
  }
  if (open) throw fault(`${what}: expected a line END ${open.label}, got the end of the text`);
  return { blocks, stray };
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
