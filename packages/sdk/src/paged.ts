/** What asks for a page, of as many as usual unless told. */
export type Paged<T extends { readonly limit: number }> = Omit<T, 'limit'> & Partial<Pick<T, 'limit'>>;
