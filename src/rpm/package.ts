import { createHash } from 'node:crypto';
import { ImgcheckError } from '../core/error.js';
import { readSeal, type HeaderSeal } from './header-signature.js';
import { parseHeader, type Header } from './header.js';
import { tags } from './tag.js';

/**
 * One installed package as its header says; plain data. Identity comes from the signed region where there is one;
 * `judgeSignature` says whether that can be believed.
 */
export interface RpmPackage extends HeaderSeal {
  readonly name: string;
  /** 0 when there is none. */
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  /** '' when there is none, as for keys. */
  readonly arch: string;
  readonly sourceRpm?: string;
  readonly vendor?: string;
  /** Seconds since 1970. */
  readonly buildTime?: number;
  readonly installTime?: number;
  /** MODULARITYLABEL: `name:stream:version:context`. */
  readonly module?: string;
  /** The first 32 hex digits of the stored header's SHA-256: names this very header. */
  readonly headerDigest: string;
  /** Tags said outside the signed region that only the region may say: rpm believes them, so this is tampering. */
  readonly shadowed: readonly number[];
  /** A `gpg-pubkey` pseudo package: a key, not software. */
  readonly isKey: boolean;
}

/** No name, version or vendor is anywhere near as long; it bounds what is kept of a hostile header. */
const textLimit = 4096;

/**
 * Reads the package out of a header blob as a database stores it; `header` is that blob, where it was parsed already.
 * @throws ImgcheckError hostile when the header is malformed or has no name, version or release
 */
export function readPackage(blob: Uint8Array, header: Header = parseHeader(blob, 'header')): RpmPackage {
  const name = required(header, tags.name, 'name');
  const version = required(header, tags.version, 'version');
  const release = required(header, tags.release, 'release');
  const sourceRpm = header.string(tags.sourceRpm, textLimit);
  const vendor = header.string(tags.vendor, textLimit);
  const buildTime = header.number(tags.buildTime);
  const installTime = header.number(tags.installTime);
  const module = header.string(tags.modularityLabel, textLimit);
  return {
    name,
    epoch: header.number(tags.epoch) ?? 0,
    version,
    release,
    arch: header.string(tags.arch, textLimit) ?? '',
    ...(sourceRpm === undefined ? {} : { sourceRpm }),
    ...(vendor === undefined ? {} : { vendor }),
    ...(buildTime === undefined ? {} : { buildTime }),
    ...(installTime === undefined ? {} : { installTime }),
    ...(module === undefined ? {} : { module }),
    headerDigest: createHash('sha256').update(blob).digest('hex').slice(0, 32),
    shadowed: header.shadowed,
    isKey: name === 'gpg-pubkey',
    ...readSeal(header),
  };
}

function required(header: Header, tag: number, word: string): string {
  const text = header.string(tag, textLimit);
  if (text === undefined || text === '') throw new ImgcheckError('hostile', `header: it has no ${word}`);
  return text;
}
