"""The mark that a Vietnamese sentence is a message to translate.

The domain writes its sentences in Vietnamese, the source language, and never translates them: whoever shows
one passes it through the translator of the reader's language. `N_` is the name by which `pybabel extract`
finds them.

>>> N_("Chưa có dữ liệu")
'Chưa có dữ liệu'
"""

from typing import Final

N_: Final = str  # gives the text back unchanged: it is there to be seen by the extractor
