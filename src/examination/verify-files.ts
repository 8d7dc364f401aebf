import { fileTable } from '../analyzers/file-table.js';
import type { PackageStory } from '../analyzers/package-story.js';
import { packagedFilesOf, type PackagedFile } from '../analyzers/packaged-files.js';
import { rpmFiles } from '../analyzers/rpm-files.js';
import type { Squash } from '../layer/squash.js';
import { fileStates, verifyBits } from '../rpm/package-files.js';
import { compareContent } from './file-content.js';
import { compareAttributes, fileTypes } from './file-attributes.js';
import type { FileDifference, FileVerification } from './file-verification.js';
import { ImageFiles, type ShownFile } from './image-files.js';
import { accountNames } from './owner-records.js';

const differenceLimit = 10_000;
/** Files of packages, each looked up in every layer: far beyond any image, and still under a minute. */
const lookUpLimit = 50_000_000;

/**
 * Compares every file of the packages that the image has with what its layers show, as rpm -V would (rpm lib/verify.c),
 * times left out: those are the builder's. Undefined where the layers were not read for it.
 */
export function verifyFiles(stack: Squash, story: PackageStory): FileVerification | undefined {
  if (!stack.layers.every((layer) => layer.found[fileTable.name] && layer.found[rpmFiles.name])) return undefined;
  const { place, outcome, problems } = story.state;
  const nothing = { packages: 0, files: 0, differences: [], unlisted: 0 };
  if (outcome === 'none') return { outcome: 'none', ...nothing, problems };
  const found = stack.visible(rpmFiles).find((one) => one.fact.path === place?.path && one.layer === place.layer);
  if (!found) {
    const reasons = problems.length > 0 ? problems : ['the lists of files in the database were not read'];
    return { outcome: 'incomplete', ...nothing, problems: reasons };
  }
  return new Verification(stack, story).run(found.fact.table);
}

class Verification {
  readonly #image: ImageFiles;
  readonly #story: PackageStory;
  readonly #accounts: ReturnType<typeof accountNames>;
  readonly #packageLayers: ReadonlyMap<string, number>;
  readonly #differences: FileDifference[] = [];
  readonly #highest: number;
  #files = 0;
  #undecided = 0;
  #unlisted = 0;

  constructor(stack: Squash, story: PackageStory) {
    this.#image = new ImageFiles(stack);
    this.#story = story;
    this.#accounts = accountNames(stack);
    this.#highest = stack.layers.length - 1;
    this.#packageLayers = new Map(story.packages.map((one) => [one.package.headerDigest, one.layer]));
  }

  run(table: Parameters<typeof packagedFilesOf>[0]): FileVerification {
    const most = Math.floor(lookUpLimit / (this.#highest + 1));
    let left = 0;
    for (const file of packagedFilesOf(table)) {
      if (this.#files >= most) {
        left++;
        continue;
      }
      this.#files++;
      const difference = this.#verify(file);
      if (!difference) continue;
      if (this.#differences.length < differenceLimit) this.#differences.push(difference);
      else this.#unlisted++;
    }
    const unread = table.packages.filter((one) => one.unread);
    const counted: readonly (readonly [string, number])[] = [
      [`packages whose list of files could not be read whole (as ${unread[0]?.name ?? ''})`, unread.length],
      ['entries of layers that were too many to be kept', this.#image.unlisted],
      ['files of packages that were too many to be looked at', left],
      ['files of which the digest is of an unknown kind, or the content was not read', this.#undecided],
    ];
    const problems = [
      ...this.#story.state.problems,
      ...counted.flatMap(([what, count]) => (count > 0 ? [`${what}: ${count}`] : [])),
      ...(this.#image.tooManyLinks ? ['layers write through more symbolic links than are followed'] : []),
    ];
    return {
      outcome: problems.length > 0 ? 'incomplete' : 'verified',
      packages: table.packages.filter((one) => one.count > 0 || one.unread).length,
      files: this.#files,
      differences: this.#differences.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
      unlisted: this.#unlisted,
      problems,
    };
  }

  #verify(file: PackagedFile): FileDifference | undefined {
    const path = file.name === '' ? file.directory : join(file.directory, file.name);
    const shown = this.#shown(path, file);
    switch (shown.kind) {
      case 'nothing':
        if (file.ghost || file.missingOk || path === '') return undefined;
        return this.#difference(file, path, { missing: true, differences: [] }, shown.hidden?.layer);
      case 'untold':
        this.#undecided++;
        return undefined;
      case 'implied': {
        // Nothing is known of it but that it is a directory.
        if (file.mode >>> 12 === fileTypes.directory || file.state !== fileStates.normal || file.ghost)
          return undefined;
        const differences = [{ attribute: 'type', text: 'type directory, packaged as something else' }] as const;
        return this.#difference(file, path, { missing: false, differences }, shown.layer);
      }
      case 'entry': {
        const differences = this.#compare(file, shown.entry);
        if (differences.length === 0) return undefined;
        return this.#difference(file, path, { missing: false, differences }, shown.layer);
      }
    }
  }

  /** A directory that has become a link to one is as good, where root made the link, or the directory's owner. */
  #shown(path: string, file: PackagedFile): ShownFile {
    const { paths } = this.#image;
    const place = file.name === '' ? paths.resolve(path) : joinIn(paths.follow(file.directory), file.name);
    if (place === undefined) return { kind: 'nothing' };
    const shown = this.#image.at(place);
    if (file.mode >>> 12 !== fileTypes.directory || shown.kind !== 'entry') return shown;
    if (shown.entry.type !== fileTypes.link) return shown;
    if (shown.entry.uid !== 0 && !this.#accounts.users.matches(shown.entry.uid, file.user)) return shown;
    const end = paths.follow(place);
    const there = end === undefined ? shown : this.#image.at(end);
    return there.kind === 'implied' || (there.kind === 'entry' && there.entry.type === fileTypes.directory)
      ? there
      : shown;
  }

  #compare(file: PackagedFile, entry: Extract<ShownFile, { kind: 'entry' }>['entry']): FileDifference['differences'] {
    // Another package's file lies there: that it does is all that this one can say.
    if (file.state === fileStates.replaced) return [];
    const wrongColor = file.state === fileStates.wrongColor;
    const verify = file.verify & ~(wrongColor ? verifyBits.digest | verifyBits.size | verifyBits.device : 0);
    const { capabilities, device = 0 } = entry.extra ?? {};
    const actual = { ...entry, device, ...(capabilities ? { capabilities } : {}) };
    const differences = compareAttributes({ ...file, verify }, actual, this.#accounts, file.ghost);
    if (file.ghost || file.mode >>> 12 !== entry.type) return differences;
    const content = compareContent({ ...file, verify }, entry);
    if (content === 'undecided') {
      this.#undecided++;
      return differences;
    }
    return [...differences, ...content];
  }

  #difference(
    file: PackagedFile,
    path: string,
    what: Pick<FileDifference, 'missing' | 'differences'>,
    layer: number | undefined,
  ): FileDifference {
    return {
      path,
      package: file.package.name,
      role: file.ghost ? 'ghost' : file.config ? 'config' : 'file',
      ...what,
      ...(layer === undefined ? {} : { layer }),
      packageLayer: this.#packageLayers.get(file.package.headerDigest) ?? this.#highest,
    };
  }
}

function join(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

function joinIn(directory: string | undefined, name: string): string | undefined {
  return directory === undefined ? undefined : join(directory, name);
}
