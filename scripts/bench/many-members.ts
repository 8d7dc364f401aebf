import { buildTar } from '../../test/support/build-tar.js';

/** A tar of `count` empty files, a thousand to a folder. */
export function* tarOfManyMembers(count: number): Generator<Uint8Array> {
  for (let folder = 0; folder * 1000 < count; folder++) {
    const path = `srv/records/${String(folder).padStart(4, '0')}`;
    const files = Array.from({ length: Math.min(1000, count - folder * 1000) }, (_, i) => ({
      path: `${path}/record-${String(i).padStart(6, '0')}.json`,
      mtime: 1_700_000_000 + i,
      user: 'root',
      group: 'root',
    }));
    yield buildTar(files, { endBlocks: 0 });
  }
  yield new Uint8Array(1024);
}
