import type { Cause, Diagnosis, Symptom } from '../cause/diagnosis.ts'
import { evidenceDocument } from '../finding/finding-document.ts'

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** A diagnosis as the API shows it. */
export function diagnosisDocument({ at, since, causes, symptoms, ...rest }: Diagnosis) {
  return {
    ...rest,
    at: instant(at),
    since: instant(since),
    causes: causes.map(causeDocument),
    symptoms: symptoms.map(symptomDocument),
  }
}

const causeDocument = ({ evidence, ...rest }: Cause) => ({ ...rest, evidence: evidence.map(evidenceDocument) })
const symptomDocument = ({ since, ...rest }: Symptom) => ({ ...rest, since: instant(since) })
