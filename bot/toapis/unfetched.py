"""Does a refusal say that a medium could not be fetched? Then it may be fetched from elsewhere. Pure.

No code is documented for it; the wordings are those of the provider, of the servers behind it and of their like.
"""

import re

from bot.toapis.wire import Complaint

_CODE = re.compile(r"download|fetch|unreachable|url_?expired|expired_?url")

_NOT = (
    r"(?:fail\w*|unable|could ?n.?t|can ?n.?t|can.?t|not|error\w*|time ?-?outs?|timed ?-?out|exception|problem"
    r"|unsuccessful\w*|denied|refused|reset|无法|不能|不可|不了|不到|失败|未能|没能|超时|错误|出错|异常)"
)
_DOWNLOAD = r"(?:down-?load\w*|下载)"
_FETCH = rf"(?:{_DOWNLOAD}|fetch\w*|retriev\w*|pull(?:ing|ed)?\b|crawl\w*|拉取|抓取)"
_REACH = r"(?:access\w*|reach\w*|load(?:ing|ed)?\b|obtain\w*|connect\w*|resolv\w*|获取|访问|加载|读取|连接)"
_DEAD = r"(?:expired|dead|\b40[34]\b|失效|过期)"


def _near(one: str, other: str, most: int) -> str:
    return rf"{one}.{{0,{most}}}{other}|{other}.{{0,{most}}}{one}"


_MEDIUM = re.compile(
    r"image|picture|photo|frame|video|audio|sound|media|multimodal|file|resource|material|content|asset|ur[li]\b|urls"
    r"|link|source|https?:|图|视频|音频|素材|文件|资源|媒体|链接|地址|首帧|尾帧"
)
_NOT_DOWNLOADED = re.compile(_near(_NOT, _DOWNLOAD, 80))
_NOT_FETCHED = re.compile(_near(_NOT, _FETCH, 80))
# These verbs are also said of what a key may use.
_NOT_REACHED = re.compile(rf"{_near(_NOT, _REACH, 60)}|inaccessible|unreachable|no such host")
_OF_THE_KEY = re.compile(r"\b(?:models?|quota|balance|account|key)\b|模型|余额|额度|账户|密钥")
_ADDRESS_DEAD = re.compile(rf"(?:(?<![a-z])ur[li]s?|links?|链接|地址).{{0,80}}{_DEAD}|{_DEAD}.{{0,20}}(?<![a-z])urls?")


def says_unfetched(complaint: Complaint) -> bool:
    """Tell whether a refusal is for want of a medium that could not be fetched."""
    if any(_CODE.search(code) for code in complaint.codes):
        return True
    said = complaint.said.lower()
    if _MEDIUM.search(said) is None:
        # Of a submit there is nothing else to download.
        return _NOT_DOWNLOADED.search(said) is not None
    return (
        _NOT_FETCHED.search(said) is not None
        or (_NOT_REACHED.search(said) is not None and _OF_THE_KEY.search(said) is None)
        or _ADDRESS_DEAD.search(said) is not None
    )
