/** The version of the package, here because the built command runs without its package.json. */
export const version = '0.1.0';
