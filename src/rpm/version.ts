export type Order = -1 | 0 | 1;

/** Epoch, version and release of a package. */
export interface Evr {
  /** 0 when the package has none. */
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
}

const zero = 48;

/**
 * Orders two versions (or two releases) as rpm does: runs of digits by number whatever their length, runs of
 * letters by byte, digits after letters, `~` before everything, `^` after the same text without it. Every
 * other character only separates.
 */
export function compareVersions(a: string, b: string): Order {
  if (a === b) return 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    i = skipSeparators(a, i);
    j = skipSeparators(b, j);
    if (a[i] === '~' || b[j] === '~') {
      if (a[i] !== '~') return 1;
      if (b[j] !== '~') return -1;
      i++;
      j++;
      continue;
    }
    if (a[i] === '^' || b[j] === '^') {
      if (i >= a.length) return -1;
      if (j >= b.length) return 1;
      if (a[i] !== '^') return 1;
      if (b[j] !== '^') return -1;
      i++;
      j++;
      continue;
    }
    if (i >= a.length || j >= b.length) break;
    const digits = isDigit(a.charCodeAt(i));
    const endA = segmentEnd(a, i, digits);
    const endB = segmentEnd(b, j, digits);
    if (endB === j) return digits ? 1 : -1;
    const order = digits
      ? compareDigits(a.slice(i, endA), b.slice(j, endB))
      : compareText(a.slice(i, endA), b.slice(j, endB));
    if (order !== 0) return order;
    i = endA;
    j = endB;
  }
  if (i >= a.length && j >= b.length) return 0;
  return i >= a.length ? -1 : 1;
}

/** Orders two packages of one name: by epoch, then version, then release; a part that is empty comes before any other. */
export function compareEvr(a: Evr, b: Evr): Order {
  if (a.epoch !== b.epoch) return a.epoch < b.epoch ? -1 : 1;
  return comparePresent(a.version, b.version) || comparePresent(a.release, b.release);
}

/** `[epoch:]version-release`; an epoch of 0 is left out. */
export function formatEvr(evr: Evr): string {
  return `${evr.epoch === 0 ? '' : `${evr.epoch}:`}${evr.version}-${evr.release}`;
}

function comparePresent(a: string, b: string): Order {
  if (a === '' || b === '') return compareText(a === '' ? '' : 'x', b === '' ? '' : 'x');
  return compareVersions(a, b);
}

function skipSeparators(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isDigit(code) || isLetter(code) || text[at] === '~' || text[at] === '^') break;
    at++;
  }
  return at;
}

function segmentEnd(text: string, from: number, digits: boolean): number {
  let at = from;
  while (at < text.length && (digits ? isDigit(text.charCodeAt(at)) : isLetter(text.charCodeAt(at)))) at++;
  return at;
}

/** Without parsing: numbers of forty digits occur. */
function compareDigits(a: string, b: string): Order {
  const [x, y] = [stripZeros(a), stripZeros(b)];
  if (x.length !== y.length) return x.length < y.length ? -1 : 1;
  return compareText(x, y);
}

function stripZeros(digits: string): string {
  let at = 0;
  while (at < digits.length && digits.charCodeAt(at) === zero) at++;
  return digits.slice(at);
}

function compareText(a: string, b: string): Order {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= 57;
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}
