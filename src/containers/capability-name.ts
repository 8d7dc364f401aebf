/** Capabilities that are root on the host by another name (capabilities(7)); ALL is every one. */
const opening: ReadonlySet<string> = new Set(
  'ALL BPF DAC_READ_SEARCH MAC_ADMIN MAC_OVERRIDE SYS_ADMIN SYS_BOOT SYS_MODULE SYS_PTRACE SYS_RAWIO'.split(' '),
);

/** As Kubernetes writes it: upper case, without CAP_. */
export function capabilityName(text: string): string {
  return text.trim().toUpperCase().replace(/^CAP_/, '');
}

/** Whether a process that has it can leave its container. */
export function isHostCapability(name: string): boolean {
  return opening.has(name);
}
