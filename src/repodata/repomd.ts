import { ImgcheckError } from '../core/error.js';
import { parseChecksum, type Checksum } from './checksum.js';
import { XmlReader, type Attributes, type XmlHandler } from './xml.js';

/** One file of a repository's metadata, as repomd.xml names it. */
export interface RepomdFile {
  /** `primary`, `updateinfo`, `modules`, ... */
  readonly type: string;
  /** Relative to the repository, or to `base` where there is one; no step of it is `..`. */
  readonly href: string;
  /** The xml:base: an absolute http or https URL. */
  readonly base?: string;
  readonly checksum: Checksum;
  /** Bytes; old repositories do not say. */
  readonly size?: number;
  /** Of the plain bytes of a compressed file. */
  readonly openChecksum?: Checksum;
  readonly openSize?: number;
  /** Seconds since 1970. */
  readonly timestamp?: number;
}

export interface Repomd {
  /** Free text; often seconds since 1970. */
  readonly revision?: string;
  /** By type. */
  readonly files: ReadonlyMap<string, RepomdFile>;
}

export const repomdLimit = 4 * 1024 * 1024;

/** Texts by element; attributes by `@name`, or `element@name`. */
type Fields = Partial<Record<string, string>>;

/**
 * Parses repomd.xml.
 * @throws ImgcheckError hostile for what is malformed, said twice or leads out of the repository, unsupported for a
 * checksum that is not of the SHA family
 */
export async function parseRepomd(bytes: Uint8Array): Promise<Repomd> {
  const reading = new RepomdReading();
  const reader = await XmlReader.open(reading, 'repomd.xml');
  reader.write(bytes);
  reader.end();
  return { ...(reading.revision ? { revision: reading.revision } : {}), files: reading.files };
}

class RepomdReading implements XmlHandler {
  revision: string | undefined;
  readonly files = new Map<string, RepomdFile>();
  #fields: Fields | undefined;

  open(name: string, attributes: Attributes, depth: number): boolean {
    if (depth === 1 && name !== 'repomd') throw wrong(`its root is ${name.slice(0, 40)}, not repomd`);
    if (depth === 2 && name === 'data') this.#fields = { '@type': attributes['type'] };
    if (depth === 3 && this.#fields) this.#takeAttributes(name, attributes, this.#fields);
    return (depth === 2 && name === 'revision') || (depth === 3 && this.#fields !== undefined);
  }

  close(name: string, text: string, depth: number): void {
    if (depth === 2 && name === 'revision') this.revision = text.slice(0, 100);
    if (!this.#fields) return;
    if (depth === 3) this.#fields[name] = text;
    if (depth === 2) this.#add(fileOf(this.#fields));
    if (depth === 2) this.#fields = undefined;
  }

  #takeAttributes(name: string, attributes: Attributes, fields: Fields): void {
    if (Object.hasOwn(fields, name))
      throw wrong(`${fields['@type']?.slice(0, 40) ?? 'a file'} has ${name.slice(0, 40)} twice`);
    if (name === 'location') {
      fields['@href'] = attributes['href'];
      fields['@base'] = attributes['xml:base'];
    }
    if (name.endsWith('checksum')) fields[`${name}@type`] = attributes['type'];
  }

  #add(file: RepomdFile): void {
    if (this.files.has(file.type)) throw wrong(`it names ${file.type} twice`);
    if (this.files.size >= 1000) throw wrong('it names more than 1000 files');
    this.files.set(file.type, file);
  }
}

function fileOf(fields: Fields): RepomdFile {
  const type = fields['@type'];
  if (type === undefined || !/^[A-Za-z0-9_.+-]{1,100}$/.test(type)) throw wrong('a file has no type');
  const base = fields['@base'];
  const size = wholeNumber(fields, 'size', type);
  const openSize = wholeNumber(fields, 'open-size', type);
  const openChecksum = fields['open-checksum'] === undefined ? undefined : checksumOf(fields, 'open-checksum', type);
  const timestamp = Math.floor(Number(fields['timestamp'] || NaN));
  return {
    type,
    href: checkedHref(fields['@href'], type),
    ...(base === undefined || base === '' ? {} : { base: checkedBase(base, type) }),
    checksum: checksumOf(fields, 'checksum', type),
    ...(size === undefined ? {} : { size }),
    ...(openChecksum === undefined ? {} : { openChecksum }),
    ...(openSize === undefined ? {} : { openSize }),
    ...(Number.isSafeInteger(timestamp) && timestamp > 0 ? { timestamp } : {}),
  };
}

function checksumOf(fields: Fields, name: string, type: string): Checksum {
  const algorithm = fields[`${name}@type`];
  const checksum = parseChecksum(algorithm, fields[name] ?? '');
  if (checksum) return checksum;
  if (/^(?:md|blake|sha\d+-|crc)/.test(algorithm ?? '')) {
    throw new ImgcheckError('unsupported', `repomd.xml: ${type} has a ${name} of type ${algorithm?.slice(0, 40)}`, {
      hint: 'the repository must be made again with sha256 checksums',
    });
  }
  throw wrong(`${type} has no valid ${name}`);
}

function wholeNumber(fields: Fields, name: string, type: string): number | undefined {
  const text = fields[name];
  if (text === undefined || text === '') return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(value)) throw wrong(`the ${name} of ${type} is no whole number`);
  return value;
}

/** Steps are looked at once decoded too: a server or file system would. */
function checkedHref(href: string | undefined, type: string): string {
  if (href === undefined || href === '') throw wrong(`${type} has no location`);
  const decoded = href.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const steps = decoded.split('/');
  const leads = /^[a-z][a-z0-9+.-]*:/i.test(decoded) || steps[0] === '' || steps.includes('..');
  if (leads || href.length > 1024 || /[\u0000-\u001f\u007f\\?#]/.test(decoded)) {
    throw wrong(`the location of ${type} leads out of the repository or is no path: ${href.slice(0, 100)}`);
  }
  return href;
}

function checkedBase(base: string, type: string): string {
  const url = URL.canParse(base) ? new URL(base) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw wrong(`the xml:base of ${type} is no http or https URL`);
  }
  return url.href;
}

function wrong(message: string): ImgcheckError {
  return new ImgcheckError('hostile', `repomd.xml: ${message}`);
}
