import eslint from '@eslint/js'
import vueI18n from '@intlify/eslint-plugin-vue-i18n'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import { defineConfig } from 'eslint/config'
import globals from 'globals'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'
import { deterministicFolders, importBorders } from './scripts/lib/lint-rules.mjs'

const code = ['**/*.{ts,vue,js,mjs}']

export default defineConfig(
  { ignores: ['node_modules/', 'dist/', 'release/', 'coverage/', 'test-results/', 'playwright-report/'] },
  {
    files: code,
    extends: [eslint.configs.recommended, ...tseslint.configs.strict, ...vue.configs['flat/recommended']],
  },
  // Of JSON and YAML files, only the messages are its business.
  ...vueI18n.configs.recommended.map((config) =>
    config.files?.some((glob) => /json|yaml/.test(glob)) ? { ...config, files: ['renderer/locales/*.json'] } : config,
  ),
  {
    settings: { 'vue-i18n': { localeDir: './renderer/locales/*.json', messageSyntaxVersion: '^11.0.0' } },
  },
  {
    files: code,
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      // TypeScript knows every name, and which of them exist in a folder.
      'no-undef': 'off',
      // `!` says what the reader can check and the compiler cannot: an index below a length, a key just looked up.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser, sourceType: 'module' } },
  },
  {
    files: ['renderer/**/*.{ts,vue}'],
    rules: {
      // Keys, messages and narration are strangers' text.
      'vue/no-v-html': 'error',
      'vue/no-v-text-v-html-on-component': 'error',
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-macros-order': 'error',
      'vue/enforce-style-attribute': ['error', { allow: ['scoped'] }],
      'vue/no-unused-refs': 'error',
      'vue/multi-word-component-names': 'off',
      // `exactOptionalPropertyTypes` and TypeScript say what an absent prop is.
      'vue/require-default-prop': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'always', normal: 'always', component: 'always' } }],
      // All words of the window stand in the message files; marks that read the same in every language may stay.
      '@intlify/vue-i18n/no-raw-text': [
        'error',
        {
          // Marks, numbers and the names of keys.
          ignorePattern: '^[\\s\\d\\p{P}\\p{S}]*$|^[A-Z]$|^F\\d+$',
          attributes: { '/.+/': ['aria-label', 'aria-description', 'title', 'placeholder', 'alt', 'label'] },
          ignoreText: [
            'Eventyard',
            'Redis',
            'Electron',
            'Node',
            'Ctrl',
            'Shift',
            'Alt',
            'Esc',
            'Enter',
            'ms',
            'µs',
            's',
            'x',
            'ID',
          ],
        },
      ],
      '@intlify/vue-i18n/no-missing-keys': 'error',
      '@intlify/vue-i18n/no-v-html': 'error',
      '@intlify/vue-i18n/no-missing-keys-in-other-locales': 'error',
    },
  },
  ...importBorders,
  ...deterministicFolders,
  {
    // They print for people who run them in a terminal.
    files: ['scripts/**', 'bench/**', 'e2e/**', 'electron/cli/**', 'electron/main/log.ts'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.mjs', '*.js'], languageOptions: { globals: globals.node } },
  prettier,
  { rules: { curly: ['error', 'multi-line'] } },
)
