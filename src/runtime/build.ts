/** Which build of the code this is: a digest of its sources, put in by the bundler; undefined where the sources run as they are. */
export const build: string | undefined = process.env.VM_BUILD;
