import { ImgcheckError } from '../core/error.js';
import { parseAdvisoryDate } from './advisory-date.js';
import { findCves, parseAdvisoryType, parseSeverity, type Advisory, type AdvisoryPackage } from './advisory.js';
import { isSource, parseEpoch, shortText } from './evr-fields.js';
import { XmlReader, type Attributes, type XmlHandler } from './xml.js';

/** Builds of one advisory; texlive's, the largest, has some ten thousand over all architectures. */
const packageLimit = 100_000;
const cveLimit = 10_000;
const titleLength = 500;

interface Draft {
  id: string;
  type: string;
  title: string;
  severity: string;
  issued: string;
  readonly cves: Set<string>;
  readonly packages: AdvisoryPackage[];
}

/** Reads updateinfo.xml chunk by chunk and announces each advisory with its binary packages. */
export class UpdateinfoReader implements XmlHandler {
  readonly #onAdvisory: (found: Advisory) => void;
  readonly #what: string;
  #xml: XmlReader | undefined;
  #draft: Draft | undefined;
  #module: string | undefined;
  #incomplete = 0;

  private constructor(onAdvisory: (found: Advisory) => void, what: string) {
    this.#onAdvisory = onAdvisory;
    this.#what = what;
  }

  static async open(onAdvisory: (found: Advisory) => void, what = 'updateinfo.xml'): Promise<UpdateinfoReader> {
    const reader = new UpdateinfoReader(onAdvisory, what);
    reader.#xml = await XmlReader.open(reader, what);
    return reader;
  }

  /** Advisories without an id, and packages in them without name, version or release, so far: they were left out. */
  get incomplete(): number {
    return this.#incomplete;
  }

  /** @throws ImgcheckError hostile for malformed XML, an impossible epoch, or one advisory past its limits */
  write(chunk: Uint8Array): void {
    this.#xml?.write(chunk);
  }

  /** @throws ImgcheckError as write */
  end(): void {
    this.#xml?.end();
  }

  open(name: string, attributes: Attributes, depth: number): boolean {
    if (depth === 1 && name !== 'updates') throw this.#hostile(`its root is ${name.slice(0, 40)}, not updates`);
    if (depth === 2) this.#draft = name === 'update' ? newDraft(attributes) : undefined;
    const draft = this.#draft;
    if (!draft) return false;
    if (depth === 3 && name === 'issued') draft.issued = attributes['date'] ?? '';
    if (depth === 4 && name === 'reference') this.#takeReference(draft, attributes);
    if (depth === 4 && name === 'collection') this.#module = undefined;
    if (depth === 5 && name === 'module') this.#module = moduleOf(attributes);
    if (depth === 5 && name === 'package') this.#takePackage(draft, attributes);
    return depth === 3 && (name === 'id' || name === 'title' || name === 'severity');
  }

  close(name: string, text: string, depth: number): void {
    const draft = this.#draft;
    if (!draft) return;
    if (depth === 3 && (name === 'id' || name === 'title' || name === 'severity')) draft[name] = text;
    if (depth !== 2) return;
    this.#draft = undefined;
    if (draft.id === '') this.#incomplete++;
    else this.#onAdvisory(this.#advisoryOf(draft));
  }

  /** Fedora names CVEs in the titles of its bugs alone. */
  #takeReference(draft: Draft, attributes: Attributes): void {
    const text = `${attributes['id'] ?? ''} ${attributes['title'] ?? ''}`.slice(0, 4096);
    for (const cve of findCves(text)) draft.cves.add(cve);
    if (draft.cves.size > cveLimit) throw this.#hostile(`an advisory names more than ${cveLimit} CVEs`);
  }

  #takePackage(draft: Draft, attributes: Attributes): void {
    const { name = '', version = '', release = '', arch = '' } = attributes;
    if (isSource(arch)) return;
    if (name === '' || version === '' || release === '') {
      this.#incomplete++;
      return;
    }
    if (draft.packages.length >= packageLimit)
      throw this.#hostile(`an advisory has more than ${packageLimit} packages`);
    draft.packages.push({
      name: shortText(name, this.#what),
      epoch: parseEpoch(attributes['epoch'], this.#what),
      version: shortText(version, this.#what),
      release: shortText(release, this.#what),
      arch: shortText(arch, this.#what),
      ...(this.#module === undefined ? {} : { module: shortText(this.#module, this.#what) }),
    });
  }

  #advisoryOf(draft: Draft): Advisory {
    const type = parseAdvisoryType(draft.type);
    const title = draft.title.replace(/\s+/g, ' ').slice(0, titleLength);
    const issued = parseAdvisoryDate(draft.issued.trim());
    for (const cve of findCves(title)) draft.cves.add(cve);
    return {
      id: shortText(draft.id, this.#what),
      type,
      severity: parseSeverity(draft.severity, type),
      severityText: draft.severity.slice(0, 100),
      title,
      ...(issued === undefined ? {} : { issued }),
      cves: [...draft.cves],
      packages: draft.packages,
    };
  }

  #hostile(message: string): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: ${message}`);
  }
}

function newDraft(attributes: Attributes): Draft {
  return { id: '', type: attributes['type'] ?? '', title: '', severity: '', issued: '', cves: new Set(), packages: [] };
}

function moduleOf({ name, stream }: Attributes): string | undefined {
  return name && stream ? `${name}:${stream}` : undefined;
}
