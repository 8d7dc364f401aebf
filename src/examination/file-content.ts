import type { TableEntry } from '../analyzers/file-table-index.js';
import type { PackagedFile } from '../analyzers/packaged-files.js';
import { verifyBits } from '../rpm/package-files.js';
import { fileTypes, type AttributeDifference } from './file-attributes.js';

const md5 = 1;
/** Of a link's target as much is shown. */
const textLimit = 200;

/**
 * Size and digest of a file, or the target of a link, of what FILEVERIFYFLAGS asks for. `undecided` where the size fits but
 * one of the digests is not known.
 */
export function compareContent(file: PackagedFile, entry: TableEntry): AttributeDifference[] | 'undecided' {
  if (entry.type === fileTypes.link) return compareLink(file, entry);
  if (entry.type !== fileTypes.file) return [];
  const differences: AttributeDifference[] = [];
  if (file.verify & verifyBits.size && entry.size !== file.size) {
    differences.push({ attribute: 'size', text: `size ${entry.size}, packaged ${file.size}` });
  }
  if ((file.verify & verifyBits.digest) === 0) return differences;
  const actual = file.package.digestAlgorithm === md5 ? entry.digests?.md5 : entry.digests?.sha256;
  if (entry.size !== file.size || (file.digest && actual && Buffer.compare(file.digest, actual) !== 0)) {
    return [...differences, { attribute: 'content', text: 'other content' }];
  }
  return file.digest && actual ? differences : 'undecided';
}

function compareLink(file: PackagedFile, { extra }: TableEntry): AttributeDifference[] {
  const target = extra?.linkname ?? '';
  if ((file.verify & verifyBits.link) === 0 || target === file.linkTarget) return [];
  const text = `link to ${target.slice(0, textLimit)}, packaged ${file.linkTarget.slice(0, textLimit)}`;
  return [{ attribute: 'link', text }];
}
