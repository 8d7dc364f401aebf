import { ImgcheckError } from '../core/error.js';

/** One armored block, decoded. */
export interface ArmorBlock {
  /** What its first line says, as `PGP PUBLIC KEY BLOCK`. */
  readonly label: string;
  readonly bytes: Uint8Array;
}

const blockLimit = 10_000;
const dashLine = /^-----(BEGIN|END) ([A-Z ,/0-9]+)-----[ \t]*$/;

/** True for text that has an armored block in it. */
export function isArmored(text: string): boolean {
  return /^-----BEGIN PGP /m.test(text);
}

/**
 * Reads every armored block of a text (RFC 9580, section 6), whatever stands between them. The checksum is not
 * looked at, as section 6.1 asks for: what is inside is checked.
 * @throws ImgcheckError hostile for a block that does not end, or is not base64
 */
export function readArmor(text: string): readonly ArmorBlock[] {
  const blocks: ArmorBlock[] = [];
  let open: { readonly label: string; readonly lines: string[] } | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, edge, label = ''] = dashLine.exec(line) ?? [];
    if (edge === undefined) {
      open?.lines.push(line);
    } else if (edge === 'BEGIN' && !open) {
      if (blocks.length >= blockLimit) throw fault(`more than ${blockLimit} armored blocks`);
      open = { label, lines: [] };
    } else if (edge === 'END' && open?.label === label) {
      blocks.push({ label, bytes: decodeBody(open.lines) });
      open = undefined;
    } else {
      throw fault(`armor: unexpected line ${edge} ${label}`);
    }
  }
  if (open) throw fault(`armor: expected a line END ${open.label}, got the end of the text`);
  return blocks;
}

function decodeBody(lines: readonly string[]): Uint8Array {
  // Headers such as `Version: 1` come first, then an empty line.
  const blank = lines.findIndex((line) => line.trim() === '');
  const isHeader = (line: string): boolean => /^[A-Za-z]+:( |$)/.test(line);
  if (blank < 0 || !lines.slice(0, blank).every(isHeader))
    throw fault('armor: expected an empty line after its headers');
  const body = lines
    .slice(blank + 1)
    .map((line) => line.trim())
    .filter((line) => !/^=[A-Za-z0-9+/]{4}$/.test(line))
    .join('');
  return decodeBase64(body, 'armor');
}

/** @throws ImgcheckError hostile for anything but base64 with its padding */
export function decodeBase64(text: string, what: string): Uint8Array {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw fault(`${what}: it is not base64`);
  return Buffer.from(text, 'base64');
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
