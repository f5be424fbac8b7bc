// For bundlers: the program of a page.
import { tellWhatIsSeen } from './page.mjs';

void tellWhatIsSeen();
