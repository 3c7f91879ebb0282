import type { Mutant } from '../mutants.js'

/** Faults in what answers in parts: operations with deferred fragments must show them. */
export const PART_MUTANTS: readonly Mutant[] = [
  {
    name: 'objects that became null get additions',
    file: 'defer/places.ts',
    find: 'follow(answer, data, 0, from)',
    replace: 'follow(data, data, 0, from)',
  },
  {
    name: 'what is deferred comes first as well',
    file: 'defer/split.ts',
    find: 'return [inlined(fragment, marked(mark))]',
    replace:
      'return [inlined(fragment, marked(mark)), inlined(fragment, this.#set(fragment.selectionSet, within, []))]',
  },
  {
    name: '@defer(if:) is not heeded',
    file: 'defer/directive.ts',
    find: '? variables[condition.name.value] === false',
    replace: '? false',
  },
  {
    name: 'errors of parts begin at their object',
    file: 'defer/run-part.ts',
    find: 'moved(error, [...path, ...(error.path ?? [])])',
    replace: 'moved(error, [...(error.path ?? [])])',
  },
  {
    name: 'errors of the first object are told at all of them',
    file: 'defer/run-part.ts',
    find: '...errorsOf(at, index)]',
    replace: '...errorsOf(at, 0)]',
  },
  {
    name: 'leaves that are known do not say why they are null',
    file: 'defer/run-part.ts',
    find: '...known(before, { path, entrance }), ',
    replace: '',
  },
  {
    name: 'leaves that are known are forgotten',
    file: 'defer/seed.ts',
    find: 'if (Object.hasOwn(object, key)) seed[key] = copied(object[key])',
    replace: '{}',
  },
  {
    name: 'keys are kept under the names they have, not those that are wanted',
    file: 'defer/seed.ts',
    find: 'write: alias.value',
    replace: 'write: name.value',
  },
  {
    name: 'parts within parts never come',
    file: 'defer/run-part.ts',
    find: 'next: united(next)',
    replace: 'next: []',
  },
]
