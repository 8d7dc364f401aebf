import { ImgcheckError } from '../core/error.js';
import { parseChecksum, type Checksum } from './checksum.js';
import { isSource, parseEpoch, shortText } from './evr-fields.js';
import { XmlReader, type Attributes, type XmlHandler } from './xml.js';

/** One build that a repository offers, as primary.xml says; plain data. */
export interface PrimaryPackage {
  readonly name: string;
  /** 0 when there is none. */
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly sourceRpm?: string;
  readonly vendor?: string;
  readonly buildHost?: string;
  /** Seconds since 1970. */
  readonly buildTime?: number;
  /** Of the RPM file: no installed header has it. */
  readonly checksum: Checksum;
}

type Fields = Partial<Record<string, string>>;

const fieldNames = new Set(['name', 'arch', 'checksum']);
const formatNames = new Set(['vendor', 'sourcerpm', 'buildhost']);

/** Reads primary.xml chunk by chunk and announces each binary package; source packages are passed over. */
export class PrimaryReader implements XmlHandler {
  readonly #onPackage: (found: PrimaryPackage) => void;
  readonly #what: string;
  #xml: XmlReader | undefined;
  #fields: Fields | undefined;
  #inFormat = false;

  private constructor(onPackage: (found: PrimaryPackage) => void, what: string) {
    this.#onPackage = onPackage;
    this.#what = what;
  }

  static async open(onPackage: (found: PrimaryPackage) => void, what = 'primary.xml'): Promise<PrimaryReader> {
    const reader = new PrimaryReader(onPackage, what);
    reader.#xml = await XmlReader.open(reader, what);
    return reader;
  }

  /** @throws ImgcheckError hostile for malformed XML and for a package without name, arch, version or checksum */
  write(chunk: Uint8Array): void {
    this.#xml?.write(chunk);
  }

  /** @throws ImgcheckError as write */
  end(): void {
    this.#xml?.end();
  }

  open(name: string, attributes: Attributes, depth: number): boolean {
    if (depth === 1 && name !== 'metadata') throw this.#hostile(`its root is ${name.slice(0, 40)}, not metadata`);
    // A type that is left out means rpm, for createrepo_c too.
    if (depth === 2) this.#fields = name === 'package' && (attributes['type'] ?? 'rpm') === 'rpm' ? {} : undefined;
    if (!this.#fields) return false;
    if (depth === 3) {
      this.#inFormat = name === 'format';
      if (name === 'version') {
        this.#fields['epoch'] = attributes['epoch'];
        this.#fields['ver'] = attributes['ver'];
        this.#fields['rel'] = attributes['rel'];
      }
      if (name === 'time') this.#fields['build'] = attributes['build'];
      if (name === 'checksum') this.#fields['type'] = attributes['type'];
      return fieldNames.has(name);
    }
    return depth === 4 && this.#inFormat && formatNames.has(name);
  }

  close(name: string, text: string, depth: number): void {
    if (!this.#fields) return;
    if (depth === 3 && fieldNames.has(name)) this.#fields[name] = text;
    if (depth === 4 && this.#inFormat && formatNames.has(name)) this.#fields[name] = text;
    if (depth !== 2) return;
    if (!isSource(this.#fields['arch'] ?? '')) this.#onPackage(this.#packageOf(this.#fields));
    this.#fields = undefined;
  }

  #packageOf(fields: Fields): PrimaryPackage {
    const name = this.#required(fields, 'name', 'name');
    const checksum = parseChecksum(fields['type'], fields['checksum'] ?? '');
    if (!checksum) throw this.#hostile(`the package ${name.slice(0, 100)} has no valid checksum`);
    const { sourcerpm, vendor, buildhost, build } = fields;
    return {
      name,
      epoch: parseEpoch(fields['epoch'], this.#what),
      version: this.#required(fields, 'ver', 'version'),
      release: this.#required(fields, 'rel', 'release'),
      arch: this.#required(fields, 'arch', 'arch'),
      ...(sourcerpm ? { sourceRpm: shortText(sourcerpm, this.#what) } : {}),
      ...(vendor ? { vendor: shortText(vendor, this.#what) } : {}),
      ...(buildhost ? { buildHost: shortText(buildhost, this.#what) } : {}),
      ...(build !== undefined && /^\d{1,12}$/.test(build) ? { buildTime: Number(build) } : {}),
      checksum,
    };
  }

  #required(fields: Fields, key: string, word: string): string {
    const text = fields[key];
    if (text === undefined || text === '') throw this.#hostile(`a package has no ${word}`);
    return shortText(text, this.#what);
  }

  #hostile(message: string): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: ${message}`);
  }
}
