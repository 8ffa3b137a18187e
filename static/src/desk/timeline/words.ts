// The English words of what somebody asked for; those of other languages come all at once.

import { learn } from "../messages";
import { timelineMore } from "../messages/en/timeline_more";

learn(timelineMore);
