import { settle } from '../core/attempt.js';
import { ImgcheckError, isImgcheckError, kinds } from '../core/error.js';
import type { WebClient } from '../registry/web.js';
import { ModulesReader } from '../repodata/modules.js';
import { PrimaryReader } from '../repodata/primary.js';
import { parseRepomd, repomdLimit, type Repomd, type RepomdFile } from '../repodata/repomd.js';
import { UpdateinfoReader } from '../repodata/updateinfo.js';
import { AdvisoryCollection, ModuleTable, NewestBuilds, type Wanted } from './collect.js';
import { MetadataCache } from './metadata-cache.js';
import { openPlace, type Place } from './place.js';
import { readMetadata, type MetadataReader } from './read-metadata.js';
import type { RepositoryIndex, RepositorySignature } from './repository-index.js';
import { checkSignature, type VerifyDetached } from './repository-signature.js';
import { verifiedFile } from './verified-file.js';

export interface RepositorySettings {
  /** For repositories on the network; without it there are only directories. */
  readonly web?: WebClient;
  /** Folder in which metadata from the network is kept between runs. */
  readonly cache?: string;
  /** Checks the signature of repomd.xml by the keys at hand. */
  readonly verifyDetached?: VerifyDetached;
}

/** Bytes, packed and plain alike: four times the largest that are known. */
const limits = { primary: 4 * 1024 ** 3, updateinfo: 2 * 1024 ** 3, modules: 256 * 1024 ** 2 } as const;

type FileType = keyof typeof limits;

/** A reader, and where what it reads is gathered. */
interface Started<T> {
  readonly reader: MetadataReader;
  readonly result: T;
}

/**
 * Names a repository of RPMs: an http or https URL, or a directory, that holds repodata/repomd.xml. Nothing is read yet.
 * @throws ImgcheckError usage for other URLs, ones with a user, password or query, and a URL without `web`
 */
export function openRepository(location: string, settings: RepositorySettings = {}): Repository {
  return new Repository(openPlace(location, settings.web), settings);
}

/** A repository of RPMs, read anew by each call of `index`. */
export class Repository {
  readonly location: string;
  readonly #place: Place;
  readonly #cache: MetadataCache | undefined;
  readonly #verifyDetached: VerifyDetached | undefined;

  constructor(place: Place, settings: Pick<RepositorySettings, 'cache' | 'verifyDetached'>) {
    this.#place = place;
    this.location = place.location;
    this.#verifyDetached = settings.verifyDetached;
    if (settings.cache !== undefined && place.kind !== 'directory') this.#cache = new MetadataCache(settings.cache);
  }

  /**
   * What the repository has of the named packages. Every file is verified against repomd.xml, and that against its
   * signature where keys are at hand, before anything is returned. On the network a mirror may be caught in the middle
   * of an update: then all of it is read once more.
   * @throws ImgcheckError network, tls, auth, missing; integrity; hostile; unsupported for a repository without
   * primary.xml, or with zchunk or MD5 alone
   */
  async index(wanted: { readonly names: Wanted }): Promise<RepositoryIndex> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#index(wanted.names);
      } catch (error) {
        const passing = isImgcheckError(error, 'integrity', 'missing');
        if (!passing || this.#place.kind === 'directory' || attempt > kinds.integrity.retries) throw this.#named(error);
      }
    }
  }

  async #index(names: Wanted): Promise<RepositoryIndex> {
    const bytes = await this.#place.document('repodata/repomd.xml', repomdLimit);
    const signature = await checkSignature(this.#place, bytes, this.#verifyDetached);
    const repomd = await parseRepomd(bytes);
    const primary = primaryOf(repomd);
    const remarks = [...remarksOn(this.#place, repomd, signature)];

    const modules = await this.#read(repomd.files.get('modules'), 'modules', () => {
      const table = new ModuleTable(names);
      const reader = new ModulesReader((found) => table.add(found));
      return { reader, result: { table, incomplete: () => reader.incomplete } };
    });
    const table = modules?.table ?? new ModuleTable(names);
    const updateinfo = await this.#read(repomd.files.get('updateinfo'), 'updateinfo', async () => {
      const collection = new AdvisoryCollection(names, table);
      const reader = await UpdateinfoReader.open((found) => collection.add(found));
      return { reader, result: { collection, incomplete: () => reader.incomplete } };
    });
    const newest = await this.#read(primary, 'primary', async () => {
      const tables = updateinfo ? [table, updateinfo.collection.told] : [table];
      const builds = new NewestBuilds(names, tables);
      return { reader: await PrimaryReader.open((found) => builds.add(found)), result: builds };
    });

    remarks.push(
      ...counted(modules?.incomplete(), 'entries of modules.yaml that are not laid out as tools write them'),
    );
    remarks.push(...counted(updateinfo?.incomplete(), 'entries of updateinfo.xml without id, name or version'));
    remarks.push(...counted(newest?.homeless, 'builds of modules that no stream names'));
    if (this.#cache?.writeError !== undefined) {
      remarks.push(`metadata could not be kept for the next run: ${this.#cache.writeError}`);
    }
    return {
      location: this.location,
      ...(repomd.revision === undefined ? {} : { revision: repomd.revision }),
      ...(primary.timestamp === undefined ? {} : { timestamp: primary.timestamp }),
      signature,
      packages: newest?.finish() ?? [],
      modules: [...new Set([...table.streams, ...(updateinfo?.collection.told.streams ?? [])])].sort(),
      advisories: updateinfo?.collection.finish() ?? [],
      ...(updateinfo ? {} : { unadvised: true }),
      remarks,
    };
  }

  /**
   * From the cache where it is there and whole, else from its place. Each try has a reader of its own: what one that
   * failed has read is forgotten with it.
   */
  async #read<T>(
    file: RepomdFile | undefined,
    type: FileType,
    start: () => Started<T> | Promise<Started<T>>,
  ): Promise<T | undefined> {
    if (!file) return undefined;
    const limit = limits[type];
    if (Math.max(file.size ?? 0, file.openSize ?? 0) > limit) {
      throw new ImgcheckError('hostile', `the ${type} of the repository exceeds ${limit} bytes`);
    }
    if (this.#cache) {
      const kept = verifiedFile(this.#cache.read(file), file);
      const { reader, result } = await start();
      const read = await settle(() => readMetadata(kept, file, reader, limit), ['integrity']);
      if (read.ok) return result;
    }
    const { reader, result } = await start();
    const verified = verifiedFile(this.#place.stream(file, limit), file);
    await readMetadata(this.#cache?.keep(file, verified) ?? verified, file, reader, limit);
    return result;
  }

  #named(error: unknown): unknown {
    if (!(error instanceof ImgcheckError) || error.subject?.includes(this.location) === true) return error;
    const subject = error.subject === undefined ? this.location : `${this.location} (${error.subject})`;
    return new ImgcheckError(error.kind, error.message, { subject, hint: error.hint, cause: error });
  }
}

function primaryOf(repomd: Repomd): RepomdFile {
  const primary = repomd.files.get('primary');
  if (primary) return primary;
  const types = [...repomd.files.keys()].slice(0, 20).join(', ');
  throw new ImgcheckError('unsupported', `repomd.xml names no primary.xml: only ${types || 'nothing'}`);
}

function* remarksOn(place: Place, repomd: Repomd, signature: RepositorySignature): Generator<string> {
  if (place.kind === 'http') yield 'it was read over plain HTTP: what it says can have been altered on the way';
  const said = {
    valid: undefined,
    'unknown-key': 'the key that signed its repomd.xml is not among the keys given',
    unsupported: 'the signature of its repomd.xml is of a kind that cannot be checked',
    unsigned: 'its repomd.xml is not signed',
    'not-checked': 'the signature of its repomd.xml was not checked: no keys were given',
  }[signature.outcome];
  if (said !== undefined) yield said;
  const used = ['primary', 'updateinfo', 'modules'].map((type) => repomd.files.get(type));
  if (used.some((file) => file?.checksum.algorithm === 'sha1'))
    yield 'its files are named by SHA-1, which can be forged';
  if (!repomd.files.has('updateinfo')) yield 'it has no updateinfo.xml: nothing is known of advisories';
}

function counted(count: number | undefined, what: string): readonly string[] {
  return count === undefined || count === 0 ? [] : [`${what}: ${count} left out`];
}
