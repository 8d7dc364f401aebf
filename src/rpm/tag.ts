/** The header tags that are read here (rpmtag.h), by number. */
export const tags = {
  headerImage: 61,
  headerSignatures: 62,
  headerImmutable: 63,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  buildTime: 1006,
  installTime: 1008,
  vendor: 1011,
  arch: 1022,
  oldFileNames: 1027,
  fileSizes: 1028,
  fileStates: 1029,
  fileModes: 1030,
  fileDevices: 1033,
  fileDigests: 1035,
  fileLinkTargets: 1036,
  fileFlags: 1037,
  fileUsers: 1039,
  fileGroups: 1040,
  sourceRpm: 1044,
  fileVerifyFlags: 1045,
  instPrefixes: 1099,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  origDirIndexes: 1119,
  origBaseNames: 1120,
  origDirNames: 1121,
  installColor: 1127,
  installTid: 1128,
  longFileSizes: 5008,
  fileCapabilities: 5010,
  fileDigestAlgorithm: 5011,
  modularityLabel: 5096,
} as const;

/** What rpm notes at install time: never part of what the vendor signed. */
const setAtInstall: ReadonlySet<number> = new Set([
  tags.installTime,
  tags.fileStates,
  tags.instPrefixes,
  tags.installColor,
  tags.installTid,
]);

/** What a relocated package repeats: each tag, and the tag under which the signed value is kept beside it. */
export const relocated: ReadonlyMap<number, number> = new Map([
  [tags.dirIndexes, tags.origDirIndexes],
  [tags.baseNames, tags.origBaseNames],
  [tags.dirNames, tags.origDirNames],
]);

/** ARCHIVESIZE, FILESIGNATURES and FILESIGNATURELENGTH: of the package's signature header, which rpm merges at install. */
const mergedLate: ReadonlySet<number> = new Set([1046, 5090, 5091]);

/** What says which package this is and what it holds; only the vendor may have said it. */
const identity: ReadonlySet<number> = new Set([
  tags.name,
  tags.version,
  tags.release,
  tags.epoch,
  tags.buildTime,
  tags.vendor,
  tags.arch,
  tags.sourceRpm,
  tags.modularityLabel,
  // BUILDHOST, SIZE, OLDFILENAMES, then per file: sizes, modes, digests, link targets, flags, owners, verify flags.
  ...[1007, 1009, 1027, 1028, 1030, 1033, 1034, 1035, 1036, 1037, 1039, 1040, 1045],
  // LONGFILESIZES, LONGSIZE, FILECAPS, FILEDIGESTALGO, payload digests.
  ...[5008, 5009, 5010, 5011, 5092, 5097],
]);

/** True for a tag that rpm sets at install time, whose value outside the signed region counts. */
export function isSetAtInstall(tag: number): boolean {
  return setAtInstall.has(tag);
}

/** True for a tag that is read from outside the signed region where the region lacks it: install notes and signatures. */
export function mayLieOutside(tag: number): boolean {
  return (
    setAtInstall.has(tag) ||
    mergedLate.has(tag) ||
    (tag >= 256 && tag < 1000) ||
    (tag >= tags.origDirIndexes && tag <= tags.origDirNames)
  );
}

/** True for a tag that only the signed region may have, so that its presence elsewhere is tampering. */
export function isIdentity(tag: number): boolean {
  return identity.has(tag);
}
