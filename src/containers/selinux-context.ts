/** A security context, `user:role:type[:level]`. */
export interface SelinuxContext {
  readonly user: string;
  readonly role: string;
  readonly type: string;
  /** Sensitivity and categories, `s0:c1,c2`; empty where the policy has no levels. */
  readonly level: string;
}

const contextForm = /^([\w.-]{1,64}):([\w.-]{1,64}):([\w.-]{1,128})(?::(s\d[\w.,:-]{0,200}))?$/;

/** Reads a context as it stands in security.selinux, with or without the NUL at its end; undefined for what is none. */
export function parseSelinuxContext(text: string): SelinuxContext | undefined {
  const [, user, role, type, level = ''] = contextForm.exec(text.replace(/\0$/, '')) ?? [];
  return user === undefined || role === undefined || type === undefined ? undefined : { user, role, type, level };
}

/** Process types that SELinux does not confine, or confines as the engine itself (container-selinux, refpolicy). */
const unconfined: ReadonlySet<string> = new Set(
  (
    'container_engine_t container_runtime_t docker_t init_t initrc_t kernel_t spc_t sysadm_t unconfined_service_t ' +
    'unconfined_t'
  ).split(' '),
);

export function isUnconfinedType(type: string): boolean {
  return unconfined.has(type);
}

/** Types that SELinux gives to containers, by what they may do. */
const ofContainers: ReadonlySet<string> = new Set(
  'container_init_t container_kvm_t container_logreader_t container_t container_userns_t svirt_lxc_net_t svirt_t'.split(
    ' ',
  ),
);

/** Whether only processes have the type; those of files end in `_file_t`, `_exec_t` or the name of what they are. */
export function isProcessType(type: string): boolean {
  return unconfined.has(type) || ofContainers.has(type);
}
