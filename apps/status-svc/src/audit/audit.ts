import { createAudit } from '@akashic/shared/audit'

export const { add: addAudit, list: readAudit } = createAudit('status')
