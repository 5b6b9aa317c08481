import { setFlagsFromString } from 'node:v8'

// Where there is much memory, V8 lets the heap grow to four times what lives in it before it collects: to 400 MB for the
// 70 MB of 10,000 components. Half as much again keeps it at 240 MB and costs no processor time that could be measured.
setFlagsFromString('--heap-growing-percent=50')
