import { ImgcheckError } from '../core/error.js';
import type { Fields } from '../core/json.js';

/** image-spec image-index.md, with the variants as containerd normalises them (arm64 = arm64/v8, arm = arm/v7). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly osVersion?: string;
}

export function readPlatform(fields: Fields): Platform {
  const variant = fields.optionalString('variant');
  const osVersion = fields.optionalString('os.version');
  return {
    os: fields.optionalString('os') ?? '',
    architecture: fields.optionalString('architecture') ?? '',
    ...(variant ? { variant } : {}),
    ...(osVersion ? { osVersion } : {}),
  };
}

/** `os/arch[/variant]`. @throws ImgcheckError usage */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...rest] = text.split('/');
  if (!os || !architecture || variant === '' || rest.length > 0 || !/^[a-z0-9._/-]+$/.test(text)) {
    throw new ImgcheckError('usage', `not a platform: ${text}`, {
      hint: 'write os/arch or os/arch/variant: linux/amd64',
    });
  }
  return variant ? { os, architecture, variant } : { os, architecture };
}

export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
}

const defaultVariants: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7' };

function variantOf(platform: Platform): string {
  return platform.variant ?? defaultVariants[platform.architecture] ?? '';
}

export function matchesPlatform(offered: Platform, wanted: Platform): boolean {
  return (
    offered.os === wanted.os &&
    offered.architecture === wanted.architecture &&
    variantOf(offered) === variantOf(wanted) &&
    (wanted.osVersion === undefined || offered.osVersion === wanted.osVersion)
  );
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', arm64: 'arm64', ppc64: 'ppc64le' };

/** Linux on the architecture of the machine whose `process.arch` is given. */
export function platformOf(nodeArch: string): Platform {
  return { os: 'linux', architecture: architectures[nodeArch] ?? nodeArch };
}
