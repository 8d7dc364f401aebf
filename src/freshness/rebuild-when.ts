/** What may make a rebuild wanted: today's base has other layers, other packages, or what closes an advisory. */
export const rebuildReasons = ['layers-differ', 'packages-differ', 'advisories'] as const;
export type RebuildWhen = (typeof rebuildReasons)[number];
