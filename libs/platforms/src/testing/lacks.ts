/** What a platform cannot do, or does not tell of: nothing of it is promised then. */
export type Lacks = ReadonlyArray<'edit' | 'edits of people' | 'reactions'>;
