import { capabilityName } from '../containers/capability-name.js';
import type { SpecialEntry } from '../examination/examination.js';
import { formatCapabilities, readCapabilities } from '../rpm/capability.js';

/** The capabilities that a program's security.capability attribute gives, without CAP_; none for one that the kernel would refuse. */
export function grantedCapabilities({ file }: SpecialEntry): readonly string[] {
  const read = file.capabilities && readCapabilities(file.capabilities);
  if (!read) return [];
  const [names = ''] = formatCapabilities({ ...read, inheritable: 0n }).split('=');
  return names === '' ? [] : names.split(',').map(capabilityName);
}

/** A program that is not made to know them: it is not started where one of them is missing (capabilities(7), safety checking). */
export function demandsCapabilities({ file }: SpecialEntry): boolean {
  return (file.capabilities && readCapabilities(file.capabilities)?.effective) === true;
}

/** Never given back: what they are for is no work of a service in a container. */
export const neverGranted: ReadonlyMap<string, string> = new Map([
  ['AUDIT_WRITE', 'it writes into the audit log of the host'],
  ['MKNOD', 'it makes device nodes, which engines make themselves'],
  ['SETFCAP', 'it gives capabilities to files, which is a build’s work'],
  ['SETPCAP', 'it hands capabilities on to other programs'],
]);
