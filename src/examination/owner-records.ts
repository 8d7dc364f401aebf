import { accountFiles, accounts } from '../analyzers/accounts.js';
import { directoryLinks } from '../analyzers/directory-links.js';
import { packageState } from '../analyzers/package-state.js';
import { rpmdb } from '../analyzers/rpmdb.js';
import { ImagePaths } from '../layer/image-paths.js';
import type { Squash } from '../layer/squash.js';
import { AccountNames } from './file-attributes.js';
import type { OwnerRecords } from './ownership.js';

/** Whose files are whose in an image of these layers; undefined where no database can be read. */
export function ownerRecords(stack: Squash): OwnerRecords | undefined {
  const state = packageState(stack);
  const { place } = state;
  const found = place && stack.visible(rpmdb).find((one) => one.fact.path === place.path && one.layer === place.layer);
  if (found?.fact.kind !== 'database') return undefined;
  const { files, database } = found.fact;
  const links = stack.visible(directoryLinks).map((one) => one.fact);
  const listed = links.every((link) => link.unlisted === undefined);
  return {
    files,
    packages: database.packages,
    whole: state.outcome === 'read' && files.unread === 0 && listed,
    paths: new ImagePaths(links.filter((link) => link.unlisted === undefined)),
    ...accountNames(stack),
  };
}

/** The users and groups that the image knows. */
export function accountNames(stack: Squash): { readonly users: AccountNames; readonly groups: AccountNames } {
  const known = stack.visible(accounts);
  const read = (path: string): AccountNames => new AccountNames(known.find((one) => one.fact.path === path)?.fact);
  return { users: read(accountFiles.users), groups: read(accountFiles.groups) };
}
