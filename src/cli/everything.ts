import { checks } from '../checks/all.js';
import type { Scope } from './examinations.js';

/** What `imgcheck IMAGE` looks at. */
export const everything: Scope = { layers: true, freshness: true, signatures: 'shown', checks };
