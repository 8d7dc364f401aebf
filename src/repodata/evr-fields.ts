import { ImgcheckError } from '../core/error.js';

/** RPM stores epochs in 32 bits. */
const largest = 0xffff_ffff;
/** No name or version is anywhere near as long. */
const textLimit = 4096;

/**
 * An epoch attribute; absent or empty is 0.
 * @throws ImgcheckError hostile for anything but a whole number of 32 bits
 */
export function parseEpoch(text: string | undefined, what: string): number {
  if (text === undefined || text === '') return 0;
  const epoch = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(epoch <= largest)) throw new ImgcheckError('hostile', `${what}: the epoch ${text.slice(0, 40)} is no epoch`);
  return epoch;
}

/** @throws ImgcheckError hostile for a name, version or the like of more than 4096 characters */
export function shortText(text: string, what: string): string {
  if (text.length > textLimit) throw new ImgcheckError('hostile', `${what}: a field exceeds ${textLimit} characters`);
  return text;
}

/** True for what is no binary package. */
export function isSource(arch: string): boolean {
  return arch === 'src' || arch === 'nosrc';
}
