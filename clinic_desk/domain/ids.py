"""Identities of records: opaque, made on the desk, never reused.

All are 32 lower-case hexadecimal digits of a UUIDv7 (RFC 9562), so that new rows land side by
side in an index while staying unique between desks that never saw each other.
"""

from __future__ import annotations

from typing import NewType

PatientId = NewType("PatientId", str)
ReferralId = NewType("ReferralId", str)
DoctorId = NewType("DoctorId", str)
DistrictId = NewType("DistrictId", str)
ServiceId = NewType("ServiceId", str)
SupplierId = NewType("SupplierId", str)
OfferId = NewType("OfferId", str)
CheckId = NewType("CheckId", str)
OperationId = NewType("OperationId", str)
AttachmentCaseId = NewType("AttachmentCaseId", str)
StreetId = NewType("StreetId", str)
DistrictMoveId = NewType("DistrictMoveId", str)
MergeId = NewType("MergeId", str)
RuleDocumentId = NewType("RuleDocumentId", str)
OpId = NewType("OpId", str)
ConflictId = NewType("ConflictId", str)
RecallId = NewType("RecallId", str)
ShiftId = NewType("ShiftId", str)
