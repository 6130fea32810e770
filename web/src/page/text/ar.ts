import type { Table } from './strings.ts';
import { en } from './en.ts';
export const ar: Table = en;
