import type { z } from 'zod'
import { templateProblem } from './template.ts'

/** Words with `{{variables}}`, at most `length` characters: a variable that there is not is an error at load. */
export const wordsTemplate = (length: number, variables: readonly string[], kind: () => z.ZodString) =>
  kind()
    .regex(/\S/, 'must not be blank')
    .max(length)
    .superRefine((words, context) => {
      const message = templateProblem(words, variables)
      if (message !== null) context.addIssue({ code: 'custom', message })
    })
