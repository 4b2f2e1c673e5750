/** Only the rules that need types and find bugs; Biome does the rest. */
import tseslint from 'typescript-eslint';

/** What `any` would hide, or show as [object Object]. Tests say what they expect of a value: there it is no hole. */
const notForTests = {
  'no-base-to-string': 'error',
  'no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
  'no-unsafe-argument': 'error',
  'no-unsafe-assignment': 'error',
  'no-unsafe-call': 'error',
  'no-unsafe-member-access': 'error',
  'no-unsafe-return': 'error',
  'only-throw-error': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
  'restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  'unbound-method': 'error',
};

const forAll = {
  'await-thenable': 'error',
  'no-array-delete': 'error',
  'no-deprecated': 'error',
  'no-floating-promises': 'error',
  'no-for-in-array': 'error',
  'no-implied-eval': 'error',
  'no-misused-promises': 'error',
  'no-unnecessary-type-assertion': 'error',
  // `signal.reason` is passed on as it is.
  'prefer-promise-reject-errors': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
  // Without a function, numbers sort as text: 1, 10, 2.
  'require-array-sort-compare': ['error', { ignoreStringArrays: true }],
  'restrict-plus-operands': 'error',
  'return-await': ['error', 'in-try-catch'],
  'switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  'use-unknown-in-catch-callback-variable': 'error',
};

function named(rules) {
  return Object.fromEntries(
    Object.entries(rules).map(([name, value]) => [`@typescript-eslint/${name}`, value]),
  );
}

export default [
  { ignores: ['dist', 'coverage', 'src/qmp/schema.generated.ts'] },
  {
    files: ['**/*.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    rules: named(forAll),
  },
  {
    files: ['**/*.ts'],
    ignores: ['test/**'],
    rules: named(notForTests),
  },
];
