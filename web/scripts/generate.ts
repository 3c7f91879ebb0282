import { writeFileSync } from 'node:fs'
import { TEXTS } from '../src/graph/documents.js'
import { apiSchema } from './api-schema.js'
import { resultTypes } from './result-types.js'

writeFileSync(new URL('../src/graph/generated/results.ts', import.meta.url), resultTypes(apiSchema(), TEXTS))
