# The searches, read by run.sh. BUDGET: commits and Welcomes that the attackers may make up; ENTRIES: size of the table of
# chain entries, the three first ones included.

# What an honest run comes to.
reaches both_read pair -DREACH=BOTH_READ -DBUDGET=0 -DENTRIES=3
reaches revoked_and_removed stolen -DREACH=REVOKED_AND_REMOVED -DBUDGET=0 -DENTRIES=4
reaches fork_settled stolen -DREACH=FORK_SETTLED -DBUDGET=0 -DENTRIES=5
reaches recovered_and_in_again recover -DREACH=RECOVERED_AND_IN_AGAIN -DBUDGET=0 -DENTRIES=5
reaches both_recovered_and_in_again recover -DREACH=BOTH_RECOVERED_AND_IN_AGAIN -DBUDGET=0 -DENTRIES=5
reaches put_out_and_quiet group -DREACH=PUT_OUT_AND_QUIET -DBUDGET=0 -DENTRIES=3

# The attacks of the audit and of the review that the model must find.
falls 2_1 1 P1 pair -DBUDGET=0 -DENTRIES=3
falls 2_1_OWN 1 P4 pair -DBUDGET=0 -DENTRIES=3
falls 2_5 3 P1 group -DBUDGET=1 -DENTRIES=3
falls 1_CODE 4c P3 stolen -DBUDGET=0 -DENTRIES=5
falls 1_NEW_CODE A3 P3 stolen -DBUDGET=0 -DENTRIES=5
falls 2_TWO_QUESTIONS A6 P4 alone -DBUDGET=1 -DENTRIES=4
falls 2_2_ANY B2 P5 alone -DBUDGET=0 -DENTRIES=4
falls 2_2_SEAT B3 P5 recover -DBUDGET=0 -DENTRIES=5
# Further rules.
falls 2_3 2 P1 pair -DWITH_STRANGER -DBUDGET=1 -DENTRIES=3
falls 3_REMOVED 5 P2 group -DBUDGET=1 -DENTRIES=3
falls 1_RECOVERY quiet_recovery P3 recover -DBUDGET=0 -DENTRIES=5
falls 1_FORK fork P3 stolen -DBUDGET=0 -DENTRIES=5
falls 2_2_SEAL sealing_before_removal P1 alone -DBUDGET=0 -DENTRIES=4
falls 2_SPEAKER words_of_a_dropped_device P2 alone -DBUDGET=0 -DENTRIES=4
falls 2_1_BRANCH a_branch_in_the_room P5 stolen -DBUDGET=0 -DENTRIES=5

# All rules.
if [ $size = quick ]; then
    holds pair make,add,follow,welcomed,enter -DBUDGET=1 -DENTRIES=3
    holds stolen given,revoke,remove,follow,look,forge_entry -DBUDGET=0 -DENTRIES=5
    holds stolen given,revoke,remove,follow,look,forge_entry -DBUDGET=0 -DENTRIES=5 -DFULL_TABLE
    holds alone given,revoke,remove,follow,lose -DBUDGET=1 -DENTRIES=4 -DNO_WELCOMES
    holds recover given,recover,remove,add,enter,renew -DBUDGET=0 -DENTRIES=5
    holds group put_mal_out,follow,forge_commit,forge_welcome,welcomed -DBUDGET=1 -DENTRIES=3
else
    holds pair make,add,follow,welcomed,enter -DWITH_STRANGER -DBUDGET=1 -DENTRIES=3
    holds group put_mal_out,follow,forge_commit,forge_welcome,welcomed -DBUDGET=2 -DENTRIES=3
    holds alone given,revoke,remove,follow,lose -DBUDGET=1 -DENTRIES=4
    holds recover given,recover,remove,add,enter,renew -DBUDGET=1 -DENTRIES=5
    holds stolen given,revoke,remove,follow,look,forge_entry -DBUDGET=1 -DENTRIES=5
fi
