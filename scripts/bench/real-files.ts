import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTar, type TarInput } from '../../test/support/build-tar.js';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
/** Programs, libraries, texts and scripts, as in a layer of an image with build tools. */
const folders = [
  ...['bin', 'lib', 'share', 'include', 'libexec', 'sbin', 'local'].map((name) => ({
    from: `/usr/${name}`,
    to: `usr/${name}`,
  })),
  { from: modules, to: 'app/node_modules' },
];
/** Of one folder, and of one file: so that every kind of content has its part. */
const folderLimit = 180 * 1024 ** 2;
const fileLimit = 48 * 1024 ** 2;

/** A tar of files of this machine, until they are `size` bytes when compressed. Links and modes as they are. */
export function* tarOfRealFiles(compressed: () => number, size: number): Generator<Uint8Array> {
  for (const { from, to } of folders) {
    let taken = 0;
    if (!existsSync(from)) continue;
    for (const member of membersOf(from, to)) {
      const bytes = buildTar([member], { endBlocks: 0 });
      taken += bytes.byteLength;
      yield bytes;
      if (compressed() >= size) break;
      if (taken >= folderLimit) break;
    }
  }
  yield new Uint8Array(1024);
}

function* membersOf(folder: string, to: string): Generator<TarInput> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    const common = { mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid, mtime: Math.floor(stat.mtimeMs / 1000) };
    if (stat.isSymbolicLink()) {
      yield { ...common, path: `${to}/${name}`, type: 'symlink', linkname: readlinkSync(path) };
    } else if (stat.isDirectory() && name !== '.cache') {
      yield { ...common, path: `${to}/${name}/` };
      yield* membersOf(path, `${to}/${name}`);
    } else if (stat.isFile() && stat.size <= fileLimit) {
      yield { ...common, path: `${to}/${name}`, body: readFileSync(path) };
    }
  }
}
