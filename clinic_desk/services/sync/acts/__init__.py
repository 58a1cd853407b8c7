"""Operations as acts write them, in the transaction of the act."""
