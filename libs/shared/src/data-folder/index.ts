export { claimDataFolder, type DataFolder } from './claim-data-folder.ts'
