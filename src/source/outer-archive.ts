import type { Codec } from '../archive/decoder.js';
import { decompress } from '../archive/decompress.js';
import { canonicalPath } from '../archive/entry-path.js';
import { sniffCodec } from '../archive/sniff.js';
import { TarReader } from '../archive/tar.js';
import { ImgcheckError } from '../core/error.js';
import { collect, type Bytes } from '../core/stream.js';
import { Digester, type Digest } from '../oci/digest.js';
import { ArchivePass } from './archive-pass.js';
import { openFile, readSlice, type LocalFile } from './local-file.js';
import { MemberIndex, type Member } from './member-index.js';
import { indexPlainTar } from './plain-tar.js';

/** Links from member to member that are followed. */
const mostLinks = 8;

/**
 * A tar, plain or in gzip, zstd or xz, that holds an image: indexed in one pass, its members read where they lie.
 * Of a plain tar only the headers are read; of a compressed one all is passed over once more for members asked for in
 * their order, and again for each that lies before the last one.
 * Nothing is unpacked or written to disk.
 */
export class OuterArchive {
  readonly path: string;
  readonly codec: Codec;
  readonly #file: LocalFile;
  readonly #members: ReadonlyMap<string, readonly Member[]>;
  /** A pass that waits for the next member to be asked for. */
  #idle: ArchivePass | undefined;

  private constructor(path: string, file: LocalFile, codec: Codec, members: ReadonlyMap<string, readonly Member[]>) {
    this.path = path;
    this.codec = codec;
    this.#file = file;
    this.#members = members;
  }

  /** @throws ImgcheckError missing, auth, unsupported (not a file); hostile for a damaged archive */
  static async open(path: string): Promise<OuterArchive> {
    const file = await openFile(path);
    try {
      const head = await collect(readSlice(file.handle, 0, 16), 16, path);
      const codec = sniffCodec(head);
      const what = 'the archive';
      const index = new MemberIndex(what, { bodies: codec !== 'none' });
      if (codec === 'none') await indexPlainTar(file, index, what);
      else {
        const reader = new TarReader(index, what);
        await decompress(readSlice(file.handle, 0, file.size), codec, (plain) => reader.write(plain), what);
        reader.end();
      }
      return new OuterArchive(path, file, codec, index.members);
    } catch (error) {
      await file.handle.close();
      throw error;
    }
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /**
   * The regular file that a name leads to, links followed within the archive.
   * @throws ImgcheckError missing; hostile for links that lead out or in circles, and for a name that two different members have
   */
  async find(name: string): Promise<Member> {
    let path = name;
    for (let followed = 0; followed <= mostLinks; followed++) {
      const member = await this.#lookUp(path, name);
      if (member.type === 'file') return member;
      if (member.type === 'other' || member.linkname === undefined) {
        throw new ImgcheckError('hostile', `${name} is not a regular file in the archive`, { subject: this.path });
      }
      // A hard link names a member, a symlink a place seen from its own directory.
      const from = member.type === 'symlink' ? path.slice(0, path.lastIndexOf('/') + 1) : '';
      const target = canonicalPath(from + member.linkname);
      if (target.escapes || (member.type === 'symlink' && member.linkname.startsWith('/'))) {
        throw new ImgcheckError('hostile', `${name} is a link that leads out of the archive`, { subject: this.path });
      }
      path = target.path;
    }
    throw new ImgcheckError('hostile', `${name} is a chain of more than ${mostLinks} links`, { subject: this.path });
  }

  /** A small member, whole. Throws as find, and hostile when it exceeds `limit` bytes. */
  async document(name: string, limit: number): Promise<Uint8Array> {
    return collect(this.bytes(await this.find(name)), limit, name);
  }

  /** The content of a member, as it lies in the archive. */
  bytes(member: Member): Bytes {
    if (this.codec === 'none') return readSlice(this.#file.handle, member.start, member.size);
    const kept = member.seen?.content;
    if (kept !== undefined) return once(kept);
    return this.#passTo(member.ordinal);
  }

  /** How a member itself is compressed, by its first bytes. */
  async codecOf(member: Member): Promise<Codec> {
    if (member.seen) return sniffCodec(member.seen.head);
    return sniffCodec(
      await collect(readSlice(this.#file.handle, member.start, Math.min(16, member.size)), 16, member.path),
    );
  }

  async digestOf(member: Member): Promise<Digest> {
    if (member.seen?.digest !== undefined) return member.seen.digest;
    const digester = new Digester('sha256');
    for await (const chunk of this.bytes(member)) digester.update(chunk);
    return digester.digest();
  }

  async close(): Promise<void> {
    await this.#idle?.stop();
    await this.#file.handle.close();
  }

  /** Layers mostly lie in the order in which they are read: the pass that served the last one goes on from there. */
  async *#passTo(ordinal: number): AsyncGenerator<Uint8Array> {
    let pass = this.#idle;
    if (pass?.canServe(ordinal)) this.#idle = undefined;
    else pass = new ArchivePass(() => readSlice(this.#file.handle, 0, this.#file.size), this.codec, 'the archive');
    yield* pass.member(ordinal);
    const other = this.#idle;
    this.#idle = pass;
    await other?.stop();
  }

  async #lookUp(path: string, name: string): Promise<Member> {
    const same = this.#members.get(path) ?? [];
    const member = same.at(-1);
    if (member === undefined) {
      const through = path === name ? '' : ` (through ${path})`;
      throw new ImgcheckError('missing', `the archive has no ${name}${through}`, { subject: this.path });
    }
    for (const other of same.slice(0, -1)) {
      // Two readers could see two images: one takes the first, another the last.
      if (!(await this.#equal(member, other))) {
        throw new ImgcheckError('hostile', `the archive has two different members named ${path}`, {
          subject: this.path,
        });
      }
    }
    return member;
  }

  async #equal(a: Member, b: Member): Promise<boolean> {
    if (a.type !== b.type || a.size !== b.size || a.linkname !== b.linkname) return false;
    return a.type !== 'file' || (await this.digestOf(a)) === (await this.digestOf(b));
  }
}

async function* once(bytes: Uint8Array): Bytes & AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes;
}
